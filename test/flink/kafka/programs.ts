import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const here = import.meta.dirname;
const cli = join(here, "../../../dist/cli/statefun.js");
/** Type stripping warns on some lines of Node. */
const quiet = "--disable-warning=ExperimentalWarning";

/** What `statefun module` prints for the entry beside. */
export async function moduleFile(brokers: string, url: string, format: string): Promise<string> {
  const args = [quiet, cli, "module", join(here, "entry.ts"), "--url", url, "--format", format];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, BROKERS: brokers },
  });
  return stdout;
}

/** A process that serves the functions. */
export interface FunctionServer {
  readonly port: number;
  /** The next record makes the job fail. */
  fail(): void;
  kill(): Promise<void>;
}

/** On a free port, unless it takes the place of one that was killed. */
export async function startFunctions(at = 0): Promise<FunctionServer> {
  const child = spawn(process.execPath, [quiet, join(here, "server.ts"), String(at)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the function server ended with ${code}`);
  });
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    ended,
  ]);
  return {
    port: Number(line),
    fail: () => void child.stdin.write("\n"),
    async kill() {
      child.kill("SIGKILL");
      await ended.catch(() => {});
    },
  };
}
