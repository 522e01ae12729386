import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { StatefulFunctions } from "statefun";
import { describeModule, loadModule } from "statefun/module";
import { parseAllDocuments } from "yaml";
import { readDocument, root, tableRows } from "../docs/documents.ts";
import { commandsOf, type Example, examples, expectedOf, fileOf } from "./gallery.ts";

const lengthOf = (path: string): number => readFileSync(path, "utf8").trimEnd().split("\n").length;

describe("the gallery", () => {
  it("has every folder of examples", () => {
    const folders = globSync("examples/*/functions.ts", { cwd: root }).map(dirname).sort();
    // docs/operate/deploy.md shows what is in this one, and its test runs it.
    const others = ["examples/deploy"];
    const ours = examples.map(({ name }) => `examples/${name}`);
    expect(folders).toEqual([...ours, ...others].sort());
  });

  it("is listed, with engines, and lengths in tens of lines", () => {
    const rows = tableRows(readDocument("examples/README.md"));
    const listed = rows.map(([name, , engines, lines]) => ({ name, engines, lines }));
    expect(listed).toEqual(
      examples.map((example) => {
        const files = ["functions.ts", "contract.ts"].map((file) => fileOf(example, file));
        const lines = files.filter((file) => existsSync(file)).map(lengthOf);
        return {
          name: `[${example.name}](${example.name}/README.md)`,
          engines: example.isPortable ? "all three" : "one process, Durable Objects",
          // Nobody wants to know it exactly.
          lines: String(10 * Math.round(lines.reduce((sum, count) => sum + count, 0) / 10)),
        };
      }),
    );
  });
});

describe.for(examples)("$name", (example) => {
  it("has a README of at most 60 lines, which says what to send and what comes out", () => {
    expect(lengthOf(fileOf(example, "README.md"))).toBeLessThanOrEqual(60);
    expect(commandsOf(example).length).toBeGreaterThan(1);
    expect(expectedOf(example).length).toBeGreaterThan(0);
    const text = readFileSync(fileOf(example, "README.md"), "utf8");
    expect(text.includes("| a cluster |")).toBe(example.isPortable);
  });

  it("imports nothing but the package, and a schema library in the shop", () => {
    const files = ["functions.ts", "contract.ts", "types.ts"].map((file) => fileOf(example, file));
    for (const file of files.filter((one) => existsSync(one))) {
      const imports = readFileSync(file, "utf8").matchAll(/from "([^"]+)"/g);
      for (const [, specifier] of imports) {
        expect(specifier).toMatch(/^(statefun(\/kafka)?|\.\/[a-z]+\.ts|zod)$/);
      }
    }
  });
});

describe.for(examples.filter(({ isPortable }) => isPortable))("module.yaml of $name", (example) => {
  const text = readFileSync(fileOf(example, "module.yaml"), "utf8");

  it("is read without a warning", async () => {
    const warnings: string[] = [];
    await loadModule(text, { onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toEqual([]);
  });

  it("names where every function is, and every egress of the README", async () => {
    const [endpoint, ...rest] = specsOf(text);
    const namespace = String(endpoint?.functions).replace("/*", "/");
    const functions = await functionsOf(example);
    expect(functions.length).toBeGreaterThan(0);
    for (const typename of functions) expect(typename.startsWith(namespace), typename).toBe(true);
    const egresses = expectedOf(example).map(({ egress }) => egress);
    expect(rest.map(({ id }) => id)).toEqual(expect.arrayContaining(egresses));
    const targets = rest.flatMap(({ topics = [] }) => topics.flatMap(({ targets }) => targets));
    expect(functions).toEqual(expect.arrayContaining(targets));
  });
});

interface Spec {
  readonly id?: string;
  readonly functions?: string;
  readonly topics?: readonly { readonly targets: readonly string[] }[];
}

/** The specs of a file of kinds; the test above says that it is one. */
const specsOf = (text: string): readonly Spec[] =>
  parseAllDocuments(text).map((document) => (document.toJS() as { readonly spec: Spec }).spec);

async function functionsOf(example: Example): Promise<readonly string[]> {
  const exported: Record<string, unknown> = await import(fileOf(example, example.entry));
  const modules = Object.values(exported).filter((one) => one instanceof StatefulFunctions);
  const text = describeModule(modules, { urlPathTemplate: "http://functions" });
  return specsOf(text).flatMap(({ functions }) => functions ?? []);
}
