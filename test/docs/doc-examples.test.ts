import { execFileSync, spawnSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { titleOf } from "./blocks.ts";
import { docExamples } from "./doc-examples.ts";
import { root } from "./documents.ts";

const examples = docExamples();
const folder = join(root, "test/docs/dist/doc-examples");
const fileOf = (index: number) => join(folder, `example-${index}.ts`);
/** They are checked with the types of Workers, by test/types. */
const isWorker = (text: string) => /ExportedHandler|DurableObjectNamespace/.test(text);

/** They need another runtime than this one: test/matrix has these functions on theirs. */
const isElsewhere = (text: string) => isWorker(text) || /"statefun\/(?:deno|bun)"/.test(text);

/** What a program of a user begins with. */
const first = [
  ...["StatefulFunctions", "bind", "implement", "functionRef", "address", "defineModule"],
  ...["Context", "send", "sendAfter", "cancel", "reply", "emit", "clear"],
  ...["json", "shape", "int", "string", "bytes", "customType", "protobuf", "upgraded"],
  ...["egress", "keep", "kafkaEgress", "kafkaIngress", "httpDelivery", "bearerToken"],
  ...["requestReplyHandler", "invocationHandler", "deadLetterTo", "NonRetryableError"],
  ...["createRuntime", "memoryStore", "sqliteStore", "durableObjectEngine", "createClient"],
  ...["createTestRuntime", "stub", "serve", "statefun", "encrypted", "encryptionKeys"],
  ...["loadModule", "describeModule", "consoleApp", "openTelemetry"],
];

describe("the examples of the doc comments", () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [index, { text }] of examples.entries()) writeFileSync(fileOf(index), text);
    const include = examples.flatMap(({ text }, index) => (isWorker(text) ? [] : [fileOf(index)]));
    const config = { extends: "../../../tsconfig.json", include, exclude: [] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.for(first)("%s has one", (name) => {
    expect(examples.map(({ of }) => of)).toContain(name);
  });

  it("are all found", () => {
    const sources = globSync("src/**/*.ts", { cwd: root })
      .filter((file) => !/assets/.test(file))
      .map((file) => readFileSync(join(root, file), "utf8"));
    expect(examples).toHaveLength(sources.join("").split("* @example").length - 1);
    for (const { language } of examples) expect(language).toBe("ts");
  });

  it("have lines of at most 100 columns", () => {
    for (const example of examples) {
      for (const line of example.text.split("\n")) {
        expect(line.length, `${titleOf(example)}: ${line}`).toBeLessThanOrEqual(100);
      }
    }
  });

  it("compile under the flags of the project", () => {
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
    expect(stdout).toBe("");
  });

  it.for(
    examples.flatMap((example, index) =>
      isElsewhere(example.text) ? [] : [[titleOf(example), index] as const],
    ),
  )("runs %s", ([, index]) => {
    const args = ["--import", join(root, "test/docs/from-source.ts"), fileOf(index)];
    execFileSync(process.execPath, args, { cwd: folder, stdio: "pipe" });
  });
});
