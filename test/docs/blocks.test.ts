import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { help } from "../../src/cli/help.ts";
import { type Collector, startCollector } from "../opentelemetry/support/collector.ts";
import { type BlockPrograms, isFile, programBlocks, writePrograms } from "./block-programs.ts";
import { type Block, blocksOf, titleOf } from "./blocks.ts";
import { readDocument, root, section, tested } from "./documents.ts";
import { firstPage } from "./first-page.ts";
import { runExample, runProgram } from "./programs.ts";
import { parseYaml } from "./yaml.ts";

const ownProgram = section("README.md", "## In your own program");
const firstHour = section(firstPage.document, firstPage.heading);
const playground = blocksOf("docs/modules.md").filter(({ text }) => text.includes("localhost:80"));
const others = tested
  .flatMap(blocksOf)
  .filter((block) => block.language !== "ts" || isFile(block))
  // Parts of other Workers: test/types/wrangler-types.test.ts compiles the first, the second is three lines of wrangler.toml.
  .filter(({ name, text }) => name !== "workers/live.ts" && !text.includes("script_name"));

const openTelemetryInstall =
  blocksOf("docs/operate/tracing.md")
    .find(({ language }) => language === "sh")
    ?.text.trim() ?? "";

/** What may stand in a block of shell, and how it is known to work. */
const commands: ReadonlyMap<string, () => Promise<void> | void> = new Map([
  [
    // The installation is that of this very run; test/package/walk-through.test.ts starts it, on what was built.
    "npm ci && npm start",
    () => {
      const { scripts } = JSON.parse(readDocument("package.json"));
      const start = "node dist/cli/statefun.js dev workers/functions.ts";
      expect(scripts).toMatchObject({ start, dependencies: "npm run build" });
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
  [
    // A project that has them is tested by `.ci/run pool`.
    "npm install --save-dev vitest @cloudflare/vitest-plugin @cloudflare/workers-types",
    () => {
      const { devDependencies } = JSON.parse(readDocument("test/pool-workers/package.json"));
      for (const name of ["vitest", "@cloudflare/vitest-plugin", "@cloudflare/workers-types"]) {
        expect(Object.keys(devDependencies)).toContain(name);
      }
    },
  ],
  [
    // The program below it imports them, and this test runs it.
    openTelemetryInstall,
    () => {
      const { devDependencies } = JSON.parse(readDocument("package.json"));
      const program = programBlocks.find(({ name }) => name === "traced.ts")?.text ?? "";
      const imported = Array.from(program.matchAll(/"(@opentelemetry\/[^"]+)"/g), ([, one]) => one);
      const [, ...installed] = openTelemetryInstall.split(" ").slice(1);
      expect(installed.sort()).toEqual(imported.sort());
      expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(installed));
    },
  ],
  // Both are typed by test/package/walk-through.test.ts, in an empty folder.
  ["npm install ./statefun-0.1.0.tgz", () => expect(firstHour).toContain("npm install ./")],
  ["npm pkg set type=module", () => expect(firstHour).toContain("npm pkg set type=module")],
  // Typed by the same test, which compares what it prints.
  ["node embedded.ts", () => expect(ownProgram).toContain("node embedded.ts")],
  ["npx statefun dev", () => expect(firstHour).toContain("npx statefun dev")],
  // Lines like these are typed by test/cli/operate/dev.test.ts.
  ...linesOf(blocksOf("docs/dev.md"), "sh").map((line): [string, () => void] => [
    line,
    () => expect(line).toMatch(/^npx statefun (?:send|show) demo\/greeter zoe\b/),
  ]),
  // These are typed by test/playground/documented.test.ts, beside the module.yaml above them.
  ...linesOf(playground, "sh").map((line): [string, () => void] => [
    line,
    () => expect(line).toMatch(/^curl /),
  ]),
]);

function linesOf(blocks: readonly Block[], language: string): readonly string[] {
  return blocks
    .filter((block) => block.language === language)
    .flatMap(({ text }) => text.trim().split("\n"));
}

/** How a block of each kind is held to what it says. A kind that is not here fails. */
const checks: ReadonlyMap<string, (block: Block) => Promise<void> | void> = new Map([
  // Each is a project that test/types/tsconfigs.test.ts compiles.
  ["json", ({ name }: Block) => expect(name).toMatch(/-tsconfig\.json$/)],
  ["sh", ({ text }: Block) => checkCommands(text)],
  [
    "text",
    async ({ document, text }: Block) => {
      // What a program prints: in the first hour to the walk-through, in the documents of the program to its help.
      if (document === firstPage.document) expect(firstHour + ownProgram).toContain(text);
      else if (document === "docs/dev.md") expectUsage(text);
      // Typed by test/moving: what is said here is that there are such commands with such flags.
      else if (document === "docs/moving.md") expectFlags(text);
      else expect((await runExample("examples/cluster/start.ts")).output).toContain(text);
    },
  ],
  [
    "yaml",
    ({ document, text }: Block) => {
      // What it is about is in test/migration/documented.test.ts.
      if (document === "docs/moving.md") return;
      if (playground.some((block) => block.text === text)) return;
      expect(JSON.stringify(parseYaml(text))).toContain("demo/greeter");
    },
  ],
]);

/** `statefun dev [entry] … [--port 8080] …`: its arguments, and no others, are those of `statefun --help`. */
function expectUsage(text: string): void {
  const [, command = ""] = /^(statefun \w+) /.exec(text) ?? [];
  const [usage = ""] = help.split("\n\n").filter((part) => part.startsWith(command));
  const flags = (of: string) => (of.match(/--[a-z]+/g) ?? []).toSorted();
  expect(flags(text).length).toBeGreaterThan(0);
  expect(flags(text)).toEqual(flags(usage));
}

/** Of each line the command, and its flags are among those that its help names. */
function expectFlags(text: string): void {
  for (const line of text.trim().split("\n")) {
    const [, command = ""] = /^(statefun \w+) /.exec(line) ?? [];
    expect(help).toContain(command);
    const usage = help.split("\n\n").filter((part) => part.includes(`${command} `));
    for (const [flag] of line.matchAll(/--[a-z]+/g)) expect(usage.join(" ")).toContain(flag);
  }
}

async function checkCommands(text: string): Promise<void> {
  for (const line of text.trim().split("\n")) {
    const check = commands.get(line);
    if (check === undefined) throw new Error(`nobody tests the command: ${line}`);
    await check();
  }
}

const greeting = ["[ 'Hello Zoë, visit 1' ]\n1\n", "1\n"];
const noInstances = "0 of 0 instances were old, 0 cannot be upgraded\n";
/** What a program with a file prints at its first and its second run, where it is not the greeting. */
const printedBy = new Map([["upgrade-all.ts", [noInstances, noInstances]]]);

describe("the blocks of the documents", () => {
  let programs: BlockPrograms | undefined;
  let collector: Collector | undefined;
  beforeAll(async () => {
    programs = writePrograms("blocks");
    collector = await startCollector();
    process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.url;
  });
  afterAll(async () => {
    programs?.remove();
    delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
    await collector?.close();
  });

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
        // The second time a message comes again with its key, to the same store.
        const printed = printedBy.get(String(block.name)) ?? greeting;
        expect([runProgram(path), runProgram(path)]).toEqual(printed);
      } else await programs?.load(block.document, block.name);
      if (!block.text.includes("OTLPTraceExporter")) return;
      expect(collector?.spans().map(({ name }) => name)).toContain("process demo/greeter");
      expect(JSON.stringify(collector?.received("/v1/metrics"))).toContain("statefun.messages");
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
