import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { readDocument, root } from "../docs/documents.ts";
import { compile, versions } from "./compilers.ts";
import { flagSets, isWhole } from "./matrix.ts";
import { copyWorker, generateTypes, withGeneratedEnv } from "./wrangler.ts";

const parent = join(inject("consumer"), "wrangler-types");

const plain = { ...flagSets["{ strict }"], skipLibCheck: true };
const careful = { ...flagSets["the strict set"], skipLibCheck: false };

/** Workers by each way to an `Env`; all of them have the generated file in the program. */
const projects = {
  "the Worker of docs/durable-objects.md": { folder: "own", include: ["workers"], flags: plain },
  "the Worker of docs/durable-objects.md with the generated Env": {
    folder: "generated",
    include: ["workers"],
    flags: careful,
  },
  "the shop with the generated Env": {
    folder: "shop",
    include: ["workers/durable.ts"],
    flags: plain,
  },
} as const;

beforeAll(() => {
  copyWorker(join(parent, "own"));
  // Secrets of development are bindings as well.
  writeFileSync(join(parent, "own/.dev.vars"), "TOKEN=secret\n");
  expect(generateTypes(join(parent, "own"))).toMatch(
    /DurableObjectNamespace<import\("\.\/workers\/index"\)\.StatefulObject>/,
  );
  cpSync(join(parent, "own"), join(parent, "generated"), { recursive: true });
  withGeneratedEnv(join(parent, "generated/workers/index.ts"));

  const shop = join(parent, "shop");
  cpSync(join(root, "test/apps"), shop, { recursive: true });
  writeFileSync(join(shop, "package.json"), '{ "private": true, "type": "module" }');
  generateTypes(join(shop, "workers"));
  withGeneratedEnv(join(shop, "workers/durable.ts"));
}, 120_000);

/** What suits a file that imports without extensions, as the documents say. */
const bundled = {
  target: "es2022",
  lib: ["es2023"],
  types: [],
  module: "es2022",
  moduleResolution: "bundler",
  allowImportingTsExtensions: true,
  noEmit: true,
};

describe.each(versions)("TypeScript %s", (version) => {
  it.each(Object.entries(projects))("compiles %s", { timeout: 120_000 }, (_, project) => {
    const folder = join(parent, project.folder);
    const include = [...project.include, "**/worker-configuration.d.ts"];
    for (const flags of isWhole ? [plain, careful] : [project.flags]) {
      const compilerOptions = { ...bundled, ...flags };
      const config = join(folder, "tsconfig.json");
      writeFileSync(config, JSON.stringify({ compilerOptions, include }));
      expect(compile(version, config), JSON.stringify(flags)).toBe("");
    }
  });

  it("compiles a subclass that shows its state to browsers and overrides alarm", {
    timeout: 60_000,
  }, () => {
    const folder = join(parent, "generated");
    const document = readDocument("docs/durable-objects.md");
    const [, shown = ""] = /```ts workers\/live\.ts\n([\s\S]*?)```/.exec(document) ?? [];
    const [, alarm = ""] = /`(override alarm\([^`]*)`/.exec(document) ?? [];
    expect(shown).toContain("stateOf");
    // Both recipes in one class.
    const program = shown.replace("async #shown", `${alarm}\n\n  async #shown`);
    expect(program).toContain("super.alarm(info)");
    writeFileSync(join(folder, "workers/live.ts"), program);
    for (const flags of [plain, { ...careful, declaration: true, isolatedDeclarations: false }]) {
      const compilerOptions = { ...bundled, ...flags };
      const files = ["workers/live.ts", "worker-configuration.d.ts"];
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
      expect(compile(version, join(folder, "tsconfig.json")), JSON.stringify(flags)).toBe("");
    }
    const wrong = program.replace("{ visits, last } = await", "{ visits, lost } = await");
    writeFileSync(join(folder, "workers/live.ts"), wrong.replace("last }", "lost }"));
    expect(compile(version, join(folder, "tsconfig.json"))).toMatch(
      /Property 'lost' does not exist/,
    );
    rmSync(join(folder, "workers/live.ts"));
  });

  it("refuses a binding that the generated Env does not have", { timeout: 60_000 }, () => {
    const folder = join(parent, "generated");
    const text = [
      'import { durableObjectEngine } from "statefun/durable-object";',
      'durableObjectEngine<Env>({ modules: [], binding: "TOKEN" });',
      'durableObjectEngine<Env>({ modules: [], binding: "OTHER" });',
    ].join("\n");
    writeFileSync(join(folder, "wrong.ts"), text);
    const compilerOptions = { ...bundled, ...plain };
    const files = ["wrong.ts", "worker-configuration.d.ts"];
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const output = compile(version, join(folder, "tsconfig.json"));
    expect(output).toContain(`Type '"TOKEN"' is not assignable to type '"STATEFUN"'`);
    expect(output).toContain(`Type '"OTHER"' is not assignable to type '"STATEFUN"'`);
  });
});
