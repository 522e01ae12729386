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
