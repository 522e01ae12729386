import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BlockPrograms, isFile, programBlocks, writePrograms } from "./block-programs.ts";
import { type Block, blocksOf, titleOf } from "./blocks.ts";
import { readDocument, root, tested } from "./documents.ts";
import { runExample, runProgram } from "./programs.ts";
import { parseYaml } from "./yaml.ts";

const others = tested.flatMap(blocksOf).filter((block) => block.language !== "ts" || isFile(block));

/** What may stand in a block of shell, and how it is known to work. */
const commands: ReadonlyMap<string, () => Promise<void> | void> = new Map([
  [
    // The installation is that of this very run; the output is compared where the document shows it.
    "npm ci && npm start",
    async () => {
      const { scripts } = JSON.parse(readDocument("package.json"));
      expect(scripts).toMatchObject({ start: "node examples/start.ts", prepare: "npm run build" });
      const { code, output, errors } = await runExample("examples/start.ts");
      expect({ code, errors }).toEqual({ code: 0, errors: "" });
      expect(output).not.toBe("");
    },
  ],
  [
    // This test is part of what it runs.
    "npm cit",
    () => {
      const { scripts } = JSON.parse(readDocument("package.json"));
      expect(scripts).toMatchObject({ test: expect.stringContaining("vitest run") });
    },
  ],
]);

/** How a block of each kind is held to what it says. A kind that is not here fails. */
const checks: ReadonlyMap<string, (block: Block) => Promise<void> | void> = new Map([
  ["sh", ({ text }: Block) => checkCommands(text)],
  [
    "text",
    async ({ text }: Block) => {
      const { output } = await runExample("examples/start.ts");
      expect(output).toContain(text);
    },
  ],
  [
    "yaml",
    ({ text }: Block) => {
      expect(JSON.stringify(parseYaml(text))).toContain("demo/greeter");
    },
  ],
]);

async function checkCommands(text: string): Promise<void> {
  for (const line of text.trim().split("\n")) {
    const check = commands.get(line);
    if (check === undefined) throw new Error(`nobody tests the command: ${line}`);
    await check();
  }
}

describe("the blocks of the documents", () => {
  let programs: BlockPrograms | undefined;
  beforeAll(() => {
    programs = writePrograms("blocks");
  });
  afterAll(() => programs?.remove());

  it("has programs, and no two of a document under one name", () => {
    expect(programBlocks.length).toBeGreaterThan(3);
    for (const block of programBlocks) expect(block.name, titleOf(block)).toMatch(/^[a-z-]+\.ts$/);
    const names = programBlocks.map(({ document, name }) => `${document} ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it("type-checks the programs under the flags of the project", () => {
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const run = () =>
      execFileSync(process.execPath, [tsc, "-p", String(programs?.folder)], { encoding: "utf8" });
    let output = "";
    try {
      output = run();
    } catch (error) {
      output = String(Object(error).stdout);
    }
    expect(output).toBe("");
  });

  it.for(programBlocks.map((block) => [titleOf(block), block] as const))(
    "runs %s",
    async ([, block]) => {
      // What writes files does so in its own folder, and in a process of its own.
      if (block.text.includes("sqliteStore(")) {
        const path = String(programs?.pathOf(block));
        expect(runProgram(path)).toBe("[ 'Hello Zoë, visit 1' ]\n1\n");
        // It comes again with its key, to the same store.
        expect(runProgram(path)).toBe("1\n");
      } else await programs?.load(block.document, block.name);
    },
  );

  it.for(others.map((block) => [titleOf(block), block] as const))("holds %s", async ([, block]) => {
    if (isFile(block)) {
      expect(block.text).toBe(readDocument(block.name));
      return;
    }
    const check = checks.get(block.language);
    if (check === undefined) throw new Error(`a block of an unknown kind: ${titleOf(block)}`);
    await check(block);
  });
});
