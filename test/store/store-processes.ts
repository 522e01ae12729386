import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach } from "vitest";

/** What a process of `programs/store-process.ts` says, a line at a time. */
export interface Line {
  readonly opened?: number;
  readonly committed?: number;
  readonly code?: string;
  readonly reason?: string;
  readonly again?: string;
  readonly readable?: number;
}

export interface Options {
  /** Of a user who may do less than root. */
  readonly uid?: number;
  /** The largest file that the process may write, in KiB. */
  readonly fileKiB?: number;
  readonly durability?: "full" | "normal";
}

const program = join(import.meta.dirname, "programs/store-process.ts");
const running = new Set<ChildProcess>();

/** Called once in a test file: no process outlives its test. */
export function endProcesses(): void {
  afterEach(() => {
    for (const child of running) child.kill("SIGKILL");
  });
}

/** A process that has been told nothing yet, with its lines. */
export function start(what: string, path: string, options: Options = {}) {
  const { uid, fileKiB, durability = "full" } = options;
  const node = [process.execPath, program, what, path, durability] as const;
  // Without the trap the signal would end the process before it hears of the failure.
  const limit = `trap "" XFSZ; ulimit -f ${fileKiB}; exec "$0" "$@"`;
  const [command, ...args] =
    fileKiB === undefined ? node : (["bash", "-c", limit, ...node] as const);
  const child = spawn(command, args, {
    stdio: ["pipe", "pipe", "inherit"],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  running.add(child);
  child.once("close", () => running.delete(child));
  const exited = once(child, "close");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Line | undefined> => {
    const { done, value } = await lines.next();
    return done === true ? undefined : JSON.parse(value);
  };
  const end = async (signal?: "SIGKILL") => {
    if (signal === undefined) child.stdin.end();
    else child.kill(signal);
    await exited;
  };
  return { next, end };
}

/** All that a process says that is told to end as soon as it can. */
export async function linesOf(what: string, path: string, options?: Options): Promise<Line[]> {
  const { next, end } = start(what, path, options);
  const ended = end();
  const lines: Line[] = [];
  for (let line = await next(); line !== undefined; line = await next()) lines.push(line);
  await ended;
  return lines;
}
