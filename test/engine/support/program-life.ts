import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** How a process ended, and what it printed. */
export interface Life {
  readonly signal: string | null;
  readonly output: string;
}

/** Runs a program of this folder on a store, from source, until it ends, by itself or not. */
export function live(
  program: string,
  store: string,
  {
    flags = [],
    stderr = "inherit",
  }: { flags?: readonly string[]; stderr?: "inherit" | "ignore" } = {},
): Promise<Life> {
  const args = [...flags, "--import", local("../../docs/from-source.ts"), local(program), store];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", stderr] });
  let output = "";
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (_, signal) => resolve({ signal, output }));
  });
}
