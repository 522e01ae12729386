import { execFileSync } from "node:child_process";
import { join } from "node:path";

const installed = join(import.meta.dirname, "node_modules");

/** A line of Node. */
export const node = (line: number): string => join(installed, `node${line}/bin/node`);
export const deno = (permissions: readonly string[]): [string, ...string[]] => [
  join(installed, ".bin/deno"),
  "run",
  ...permissions,
  "--no-lock",
  "--no-remote",
  "--node-modules-dir=manual",
];
export const bun: string = join(installed, ".bin/bun");

/** It is built for the Node that installs it: for 20, which needs it, where that is the one of the machine. */
export function betterSqlite3Node(): readonly [name: string, command: string] {
  const lines = [20, 22, 26].map((line) => [`Node ${line}`, node(line)] as const);
  const program = 'new (require("better-sqlite3"))(":memory:")';
  const found = [...lines, ["Node 24", process.execPath] as const].find(([, command = ""]) => {
    try {
      execFileSync(command, ["-e", program], { cwd: import.meta.dirname, stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });
  const [name, command] = found ?? [];
  if (name === undefined || command === undefined) throw new Error("no Node has better-sqlite3");
  return [name, command];
}
