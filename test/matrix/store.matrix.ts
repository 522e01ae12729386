import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { storeCases } from "../store/suite.ts";
import { outDir } from "./build.ts";
import { bun, deno, node } from "./store-commands.ts";

/** With no permission except for a folder. */
const denoIn = (folder: string) => deno([`--allow-read=${folder}`, `--allow-write=${folder}`]);

/** A runtime and the stores that it has. Node 24 has them all in `npm test`. */
const runtimes = [
  ["Node 18", () => [node(18)], ["memory"]],
  ["Node 20", () => [node(20)], ["memory"]],
  ["Node 22", () => [node(22)], ["memory", "node:sqlite"]],
  ["Node 26", () => [node(26)], ["memory", "node:sqlite"]],
  ["Deno", denoIn, ["memory", "node:sqlite"]],
  ["Bun", () => [bun], ["memory", "node:sqlite"]],
] as const;

/** What became of each case, by its name: undefined if all went well. */
type Outcomes = ReadonlyMap<string, string | undefined>;

async function outcomesOf(
  command: readonly string[],
  args: readonly string[],
): Promise<{ outcomes: Outcomes; errors: string; code: number | null }> {
  const [program = "", ...before] = command;
  const child = spawn(program, [...before, join(outDir, "store.mjs"), ...args], {
    cwd: outDir,
    env: { ...process.env, DENO_NO_UPDATE_CHECK: "1", DENO_DIR: join(outDir, ".deno") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (data) => {
    output += data;
  });
  child.stderr.on("data", (data) => {
    errors += data;
  });
  await once(child, "close");
  const lines = output.split("\n").filter((line) => line.startsWith("{"));
  const outcomes = new Map(
    lines.map((line) => {
      const { name, failure } = JSON.parse(line);
      return [String(name), failure];
    }),
  );
  return { outcomes, errors, code: child.exitCode };
}

/** All cases on a runtime, in a folder that is gone afterwards. */
async function runCases(
  command: (folder: string) => readonly string[],
  kind: string,
): ReturnType<typeof outcomesOf> {
  const folder = mkdtempSync(join(tmpdir(), "statefun-matrix-"));
  try {
    return await outcomesOf(command(folder), [kind, folder]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it.for([18, 20])("Node %s without node:sqlite names what to use instead", async (line) => {
  const { outcomes } = await runCases(() => [node(line)], "node:sqlite");
  expect(outcomes.size).toBe(storeCases.length);
  for (const failure of outcomes.values()) {
    expect(failure).toMatch(
      /the store \S+\.db failed: this runtime has no node:sqlite: use Node 22\.13, Deno 2\.2 or Bun 1\.4 or later, or memoryStore\(\)/,
    );
  }
});

for (const [name, command, kinds] of runtimes) {
  describe.for(kinds)(`${name}: the contract of a store, %s`, (kind) => {
    let ran: Awaited<ReturnType<typeof outcomesOf>> | undefined;

    beforeAll(async () => {
      ran = await runCases(command, kind);
    });

    it("runs every case and ends by itself", () => {
      expect(ran?.code, ran?.errors).toBe(0);
      expect([...(ran?.outcomes.keys() ?? [])]).toEqual(storeCases.map((one) => one.name));
    });

    it.for(storeCases.map((one) => [one.name]))("%s", ([one = ""]) => {
      expect(ran?.outcomes.has(one), ran?.errors).toBe(true);
      expect(ran?.outcomes.get(one)).toBeUndefined();
    });
  });
}
