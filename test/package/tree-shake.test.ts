import { describe, expect, it } from "vitest";
import { bundle } from "./bundle.ts";
import { importTimeWork } from "./import-time.ts";
import { publicNames } from "./public-names.ts";
import { budgets } from "./size-budgets.ts";

const everything = () => bundle('export * from "statefun";');

describe("a bundler drops what a program does not use", () => {
  it.each(Object.keys(publicNames))("nothing is left of a bare import of %s", async (subpath) => {
    const external = ["hono", "@hono/node-server", "@opentelemetry/api", "cloudflare:workers"];
    const { text } = await bundle(`import "${subpath}";`, { external });
    // The import of an external package stays: nobody told the bundler that it does nothing.
    expect(text.replaceAll(/import"[^"]+";/g, "").trim()).toBe("");
  });

  /** What stands alone in the core, and the most that one of them takes with it, in gzip. */
  const alone = { address: 1_000, NonRetryableError: 500, StateFunError: 500, shape: 200 };

  it.each(Object.entries(alone))("%s alone takes at most %i bytes", async (name, most) => {
    const { gzipBytes } = await bundle(`export { ${name} } from "statefun";`);
    expect(gzipBytes).toBeLessThanOrEqual(most);
    expect(gzipBytes).toBeLessThan((await everything()).gzipBytes / 5);
  });

  it("a contract file (references, types, an egress) takes no handler and no codec with it", async () => {
    const { modules } = await bundle(`
      import { egress, functionRef, json, shape, string } from "statefun";
      export const greeter = functionRef("demo/greeter", [json("demo/Login", shape())]);
      export const greetings = egress("demo/greetings", string);
    `);
    const unneeded = /\/(?:handler|execution|protocol\/v[23])\//;
    expect(modules.filter(({ path }) => unneeded.test(path))).toEqual([]);
    expect(modules.length).toBeGreaterThan(3);
  });
});

describe("a program that does not import the console", () => {
  const page = /\/dist\/console(?:\/|\.js$)/;
  const others = Object.keys(publicNames).filter((name) => name !== "statefun/console");

  it.each(others)("has not one byte of it, not even to be loaded later (%s)", async (subpath) => {
    const external = ["hono", "hono/*", "@hono/node-server", "@opentelemetry/api", "node:*"].concat(
      [...["@platformatic/kafka", "@bufbuild/protobuf", "cloudflare:workers"]],
    );
    const { paths } = await bundle(`export * from "${subpath}";`, { external });
    expect(paths.filter((path) => page.test(path))).toEqual([]);
  });

  it("is seen by this search where it does import it", async () => {
    const { paths } = await bundle('export * from "statefun/console";');
    expect(paths.filter((path) => page.test(path)).length).toBeGreaterThan(3);
  });
});

describe("the smallest program of the core", () => {
  const core = budgets.find(({ name }) => name === "statefun")?.program ?? "";

  it("does not carry a runtime's side of the wire, an adapter, or an egress of a broker", async () => {
    const paths = (await bundle(core)).modules.map(({ path }) => path);
    expect(paths.length).toBeGreaterThan(20);
    const unwanted =
      /(?:read-response|write-request|read-missing|protobuf-type|kafka|kinesis|json-type)|\/adapters\//;
    expect(paths.filter((path) => unwanted.test(path))).toEqual([]);
  });

  it("holds no module of another package: no hono, no server, no generated schemas", async () => {
    const paths = (await bundle(core)).modules.map(({ path }) => path);
    const own = /^(?:node_modules\/statefun\/|program\.js$)/;
    expect(paths.filter((path) => !own.test(path))).toEqual([]);
  });
});

describe("importing the package", () => {
  it.each(["statefun", "statefun/protocol", "statefun/kafka", "statefun/kinesis"])(
    "does nothing but make values (%s)",
    async (subpath) => {
      const { text } = await bundle(`export * from "${subpath}";`, { minify: false });
      expect(importTimeWork(text)).toEqual([]);
    },
  );

  it.each([
    "globalThis.traced = 1;",
    "const id = crypto.randomUUID();",
    "const started = Date.now();",
    "const encoder = new TextEncoder();",
    "for (const name of []) name;",
    "class A { static { this.x = 1; } }",
    "const A = class { static x = f(); };",
    "const [first] = [f()], later = [{ a: g() }];",
    "f();",
    "await 0;",
  ])("the search for work finds %s", (code) => {
    expect(importTimeWork(`function own() {} const fine = own(2 ** 3); ${code}`)).toHaveLength(1);
  });
});
