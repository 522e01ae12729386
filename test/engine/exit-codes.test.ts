import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

function run(how: string): { readonly code: number | null; readonly output: string } {
  const args = ["--import", local("../docs/from-source.ts"), local("support/failing-program.ts")];
  const { status, stdout } = spawnSync(process.execPath, [...args, how], { encoding: "utf8" });
  return { code: status, output: stdout };
}

it("is 1 for a program that awaits `closed` when its store fails", () => {
  expect(run("await")).toEqual({ code: 1, output: "reported: store_failed\nsent: store_failed\n" });
});

it("is its own for a program that does not look at `closed`: the rejection ends no process", () => {
  const output = "reported: store_failed\nsent: store_failed\nwent on\n";
  expect(run("ignore")).toEqual({ code: 0, output });
});
