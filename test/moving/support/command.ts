import { type ChildProcess, spawn } from "node:child_process";
import { fromSource } from "../../cli/program.ts";

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<{
    readonly code: number | null;
    readonly out: string;
    readonly errors: string;
  }>;
}

/** `statefun ARGS`, which the caller may end. */
export function run(...args: readonly string[]): RunningCommand {
  const [program = "", ...flags] = fromSource;
  const child = spawn(program, [...flags, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let [out, errors] = ["", ""];
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const ended = new Promise<{ code: number | null; out: string; errors: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, out, errors })),
  );
  return { child, ended };
}
