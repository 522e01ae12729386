import { describe, expect, it } from "vitest";
import { bundle } from "./bundle.ts";
import { allowedGlobals, computedImports, freeNames, leftImports } from "./globals.ts";

const foreign = (code: string) => freeNames(code).filter((name) => !allowedGlobals.has(name));

describe.each(["statefun", "statefun/protocol", "statefun/kafka", "statefun/kinesis"])(
  "everything reachable from %s",
  (subpath) => {
    const everything = () => bundle(`export * from "${subpath}";`, { minify: false });

    it("imports nothing: no node:, no other package", async () => {
      const { chunks, modules } = await everything();
      expect(chunks.flatMap(leftImports)).toEqual([]);
      const elsewhere = modules.filter(({ path }) => !path.startsWith("node_modules/statefun/"));
      expect(elsewhere).toEqual([]);
    });

    it("uses only globals that every Web-standard runtime has, and makes no code of text", async () => {
      expect(foreign((await everything()).text)).toEqual([]);
    });
  },
);

describe("what runs on platforms that are not Node", () => {
  // Bundlers warn of them, and Miniflare takes no script that has one.
  it.each(
    ["", "/protocol", "/kafka", "/kinesis", "/runtime", "/module", "/testing", "/client", "/http"]
      .concat([
        "/durable-object",
        "/hono",
        "/opentelemetry",
        "/console",
        "/encryption",
        "/migration",
      ])
      .map((subpath) => `statefun${subpath}`),
  )("%s imports nothing by a computed name", async (subpath) => {
    const { chunks } = await bundle(`export * from "${subpath}";`, {
      external: [
        ...["hono", "hono/*", "@bufbuild/protobuf", "@opentelemetry/api"],
        "cloudflare:workers",
      ],
    });
    expect(chunks.flatMap(computedImports)).toEqual([]);
  });
});

describe("what a Worker needs no compatibility flag for", () => {
  const imports = async (subpath: string): Promise<readonly string[]> => {
    const external = ["hono", "hono/*", "@bufbuild/protobuf", "@opentelemetry/api", "node:*"];
    const { chunks } = await bundle(`export * from "${subpath}";`, {
      external: [...external, "cloudflare:workers"],
    });
    return chunks.flatMap(leftImports).filter((name) => name.includes("node:"));
  };

  // Wrangler warns of each of them, at each build.
  it.each(
    ["", "/protocol", "/protobuf", "/kafka", "/kinesis", "/encryption", "/client", "/http"]
      .concat(["/hono", "/durable-object", "/opentelemetry", "/console", "/migration"])
      .map((subpath) => `statefun${subpath}`),
  )("%s has no import of Node's", async (subpath) => {
    expect(await imports(subpath)).toEqual([]);
  });

  it("is seen by this search in the engine of one process", async () => {
    expect(await imports("statefun/runtime")).not.toEqual([]);
  });
});

describe("the search for globals", () => {
  it.each([
    ["process.env.DEBUG", ["process"]],
    ["const a = typeof Buffer", ["Buffer"]],
    ["globalThis.process", ["globalThis"]],
    ["new Function('return 1')()", ["Function"]],
    ["Function.prototype.constructor('return 1')", ["Function"]],
    ["Function.prototype[Symbol.hasInstance].call(a)", ["a"]],
    ["(0, eval)('1')", ["eval"]],
    ["const a = () => require('node:fs')", ["require"]],
    ["class A { static x = setImmediate(() => {}) }", ["setImmediate"]],
    ["const process = {}; export default { Buffer: process.require }", []],
    ["for (const [a, b] of new Map()) console.log(a, b)", []],
  ])("finds what %s uses", (code, names) => {
    expect(foreign(code)).toEqual(names);
  });

  it.each(["import 'node:fs'", "export const a = () => import('node:fs')", "import.meta.url"])(
    "finds the import of %s",
    (code) => {
      const expected = code.startsWith("import.meta") ? [] : [expect.any(String)];
      expect(leftImports(code)).toEqual(expected);
    },
  );

  it.each([
    ["import('node:fs')", []],
    ["import('./' + name)", ["import('./' + name)"]],
    ["const load = (name) => import(name)", ["import(name)"]],
  ])("finds the computed import of %s", (code, expected) => {
    expect(computedImports(code)).toEqual(expected);
  });
});
