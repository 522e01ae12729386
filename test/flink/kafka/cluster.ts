import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
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
}

export async function startCluster(release: Release, moduleYaml: string): Promise<ModuleCluster> {
  const classPath = await classPathOf(release);
  const folder = mkdtempSync(join(targetDir, "run-"));
  const settings = { moduleAlone: true, restartAttempts: 5, failures: 0 };
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
  return {
    restarts: () => restarts,
    log,
    assertRunning() {
      if (java.exitCode === null && java.signalCode === null) return;
      throw new Error(`the cluster has ended:\n${output}\n${log()}`);
    },
    async stop() {
      java.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
