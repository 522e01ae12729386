import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { classPathOf, targetDir } from "../class-path.ts";
import { argumentsOf } from "../cluster.ts";
import { logTail } from "../log-tail.ts";
import type { Release } from "../releases.ts";

/** A cluster that runs what a module file says, until it is stopped. */
export interface ModuleCluster {
  /** How often its job went back to a checkpoint. */
  restarts(): number;
  /** The end of its log. */
  log(): string;
  /** Throws when it has ended by itself. */
  assertRunning(): void;
  stop(): Promise<void>;
  /**
   * Waits for a checkpoint that begins from now on, and kills the process. What it gives is what another cluster can start
   * from, until this one is stopped as well.
   */
  stopAtCheckpoint(): Promise<string>;
}

/** `checkpoint` is what it starts from, if anything. */
export async function startCluster(
  release: Release,
  moduleYaml: string,
  checkpoint?: string,
): Promise<ModuleCluster> {
  const classPath = await classPathOf(release);
  const folder = mkdtempSync(join(targetDir, "run-"));
  const from = checkpoint === undefined ? {} : { from: checkpoint };
  const settings = { moduleAlone: true, restartAttempts: 5, failures: 0, ...from };
  const run = { release, url: "", moduleYaml, timeoutMs: 600_000, settings };
  // Its standard input ends with this process, and then so does the cluster.
  const java = spawn("java", argumentsOf(folder, classPath, run), {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  java.stdout.on("data", (data) => {
    output += data;
  });
  let restarts = 0;
  createInterface({ input: java.stderr }).on("line", (line) => {
    if (/switched from state RESTARTING to RUNNING/.test(line)) restarts += 1;
  });
  const log = logTail(java.stderr);
  const ended = once(java, "close");
  const kill = async (): Promise<void> => {
    java.kill("SIGKILL");
    await ended;
  };
  const assertRunning = (): void => {
    if (java.exitCode === null && java.signalCode === null) return;
    throw new Error(`the cluster has ended:\n${output}\n${log()}`);
  };
  return {
    restarts: () => restarts,
    log,
    assertRunning,
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
    async stopAtCheckpoint() {
      // The next one may have begun already.
      const enough = lastCheckpoint(folder).number + 2;
      for (;;) {
        const { number } = lastCheckpoint(folder);
        if (number >= enough) {
          await kill();
          return pathToFileURL(lastCheckpoint(folder).path).href;
        }
        assertRunning();
        await setTimeout(50);
      }
    },
  };
}

/** Of those that are complete. */
function lastCheckpoint(folder: string): { readonly number: number; readonly path: string } {
  const found = globSync(join(folder, "checkpoints/*/chk-*/_metadata")).map((file) => {
    const path = dirname(file);
    return { number: Number(basename(path).slice("chk-".length)), path };
  });
  return found.sort((one, other) => other.number - one.number)[0] ?? { number: 0, path: "" };
}
