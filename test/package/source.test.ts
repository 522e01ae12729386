import { describe, expect, it } from "vitest";
import * as rules from "./source-rules.ts";
import { parseSource, readSources } from "./sources.ts";

const sources = readSources();

describe("src", () => {
  it("is read", () => {
    expect(sources.length).toBeGreaterThan(50);
    const paths = sources.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["index.ts", "console/page/main.tsx"]));
  });

  it("has only folders whose layer is known", () => {
    expect(rules.unknownFolders(sources)).toEqual([]);
  });

  it("imports along the named arrows only, all of which lead downwards and are used", () => {
    expect(rules.forbiddenImports(sources)).toEqual([]);
    expect(rules.idleArrows(sources)).toEqual([]);
  });

  it("has folders of at most 24 files", () => {
    expect(rules.crowdedFolders(sources, 24)).toEqual([]);
  });

  it("has no import cycle between files, types included, nor between folders at any depth", () => {
    expect(rules.fileCycles(sources)).toEqual([]);
    expect(rules.folderCycles(sources)).toEqual([]);
  });

  it("names the extension in every import", () => {
    expect(rules.importsWithoutExtension(sources)).toEqual([]);
  });

  it("has nothing but named re-exports at its top", () => {
    expect(rules.publicStatements(sources)).toEqual([]);
  });

  it("says any in AnyType alone", () => {
    expect(rules.anyKeywords(sources)).toEqual([]);
  });

  it("has no name that leaves open what is meant", () => {
    expect(rules.unclearNames(sources)).toEqual([]);
  });

  it("makes no error without a code", () => {
    expect(rules.bareErrors(sources)).toEqual([]);
  });

  it("has files of at most 400 lines, half of them of at most 110", () => {
    const lines = sources.map(rules.lineCount);
    expect(sources.filter((source) => rules.lineCount(source) > 400)).toEqual([]);
    expect(rules.median(lines)).toBeLessThanOrEqual(110);
  });
});

describe("the rules of src", () => {
  const broken = (path: string, text: string, ...others: readonly string[]) => [
    parseSource(path, text),
    ...others.map((other) => parseSource(other, `import "../${path}";`)),
  ];

  /** Two files that import each other. */
  const nested = (one: string, other: string) => [
    parseSource(one, `import "${"../".repeat(one.split("/").length - 1)}${other}";`),
    parseSource(other, `import "${"../".repeat(other.split("/").length - 1)}${one}";`),
  ];

  const cases = [
    [rules.unknownFolders, broken("helpers/a.ts", ""), 1],
    [rules.forbiddenImports, broken("sdk/a.ts", 'import type { A } from "../handler/a.ts";'), 1],
    [rules.forbiddenImports, broken("sdk/a.ts", 'type A = import("../index.ts").A;'), 1],
    [rules.forbiddenImports, broken("sdk/a.ts", 'const a = import("../engine/a.ts");'), 1],
    [rules.forbiddenImports, broken("sdk/a.ts", 'export { a } from "../helpers/a.ts";'), 1],
    [rules.forbiddenImports, broken("handler/a.ts", 'import "../sdk/a.ts"; import "hono";'), 0],
    [rules.fileCycles, broken("sdk/a.ts", 'import "./b.ts";', "sdk/b.ts"), 1],
    [rules.fileCycles, broken("sdk/a.ts", "", "sdk/b.ts", "sdk/c.ts"), 0],
    [rules.folderCycles, broken("client/a.ts", 'import "../surface/a.ts";', "surface/b.ts"), 1],
    [rules.folderCycles, broken("cli/a/a.ts", 'import "../b/a.ts";', "cli/b/a.ts"), 0],
    [rules.folderCycles, nested("cli/b/a.ts", "cli/a/a.ts"), 1],
    [
      (found: typeof sources) => rules.crowdedFolders(found, 1),
      broken("sdk/a.ts", "", "sdk/b.ts"),
      1,
    ],
    [rules.importsWithoutExtension, broken("sdk/a.ts", 'import "./b"; import "./c.js";'), 2],
    [rules.importsWithoutExtension, broken("a/b.tsx", 'import "./c.tsx"; import "./d.css";'), 0],
    [rules.publicStatements, broken("a.ts", 'export * from "./b.ts"; export const c = 1;'), 2],
    [rules.publicStatements, broken("a.ts", 'import { b } from "./b.ts"; export { b };'), 2],
    [rules.anyKeywords, broken("sdk/a.ts", "type A = any[]; const b = 1 as any;"), 2],
    [rules.anyKeywords, broken("sdk/a.ts", "type AnyType = any; /** any */ const any = 1;"), 0],
    [
      rules.unclearNames,
      broken("sdk/told-a.ts", "const tell = { isTold: 1, told: this.#told };"),
      5,
    ],
    [rules.unclearNames, broken("sdk/a.ts", "const assertNotOld = intelligence('told');"), 0],
    [rules.bareErrors, broken("sdk/a.ts", "throw new Error('a'); reject(TypeError());"), 2],
    [rules.bareErrors, broken("protocol/a.ts", "throw new RangeError('a'); throw Error();"), 1],
  ] as const;
  const named = cases.map(([rule, source, findings]) => ({
    name: rule.name,
    rule,
    source,
    findings,
  }));

  it.each(named)("$name finds what it is for (%#)", ({ rule, source, findings }) => {
    expect(rule(source)).toHaveLength(findings);
  });

  it("takes the median of even and odd counts", () => {
    expect(rules.median([3, 1, 2])).toBe(2);
    expect(rules.median([4, 1, 2, 3])).toBe(2.5);
  });
});
