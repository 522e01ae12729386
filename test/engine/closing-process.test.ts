import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

function run(what: string): string {
  const args = ["--import", local("../docs/from-source.ts"), local("support/closing-program.ts")];
  return spawnSync(process.execPath, [...args, what], { encoding: "utf8", timeout: 90_000 }).stdout;
}

it.each([
  ["a handler that hangs", "hang", ["error: draining"]],
  ["a handler that waits for its signal", "signal", ["aborted: draining", "error: draining"]],
  ["a call whose function never answers", "call", ["call: draining", "error: draining"]],
  ["a delivery that hangs", "emit", ["error: draining"]],
  ["a message that is due in an hour", "later", ["error: draining"]],
])(
  "%s keeps no process alive that has closed its runtime",
  (_, what, heard) => {
    const lines = run(what).trim().split("\n");
    expect(lines.at(-1)).toBe("ended soon");
    expect(lines.slice(0, -1).toSorted()).toEqual(heard.toSorted());
  },
  120_000,
);
