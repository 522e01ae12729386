import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { codeSpans, documents, readDocument, root, section, tableRows } from "./documents.ts";
import { codesInUse, exportsOf, publicFiles, readSource } from "./exports.ts";
import {
  embeddedNames,
  goNames,
  javaNames,
  javaScriptNames,
  python2Names,
  python3Names,
} from "./sdk-names.ts";

/** Without its blocks of code. */
function proseOf(document: string): string {
  return readDocument(document).replace(/^```.*?^```/gms, "");
}

/** As GitHub makes them. */
function anchorsOf(document: string): string[] {
  const prose = proseOf(document);
  return Array.from(prose.matchAll(/^#+ (.*)$/gm), ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("the documents", () => {
  it("has a README of at most 200 lines", () => {
    expect(readDocument("README.md").trimEnd().split("\n").length).toBeLessThanOrEqual(200);
  });

  it.for(documents())("has no link that leads nowhere in %s", (document) => {
    const prose = proseOf(document);
    for (const [, target = ""] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) {
        expect(target).toMatch(/^https:\/\//);
        continue;
      }
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? document : join(dirname(document), path);
      expect(existsSync(join(root, file)), target).toBe(true);
      if (anchor === undefined || statSync(join(root, file)).isDirectory()) continue;
      expect(anchorsOf(file), target).toContain(anchor);
    }
  });
});

describe("the tables of the documents", () => {
  it.for(publicFiles())("name everything that %s exports, and nothing else", (file) => {
    const subpath = file === "index.ts" ? "statefun" : `statefun/${file.replace(".ts", "")}`;
    const rows = tableRows(section("docs/package.md", "## What the package has"));
    const row = rows.find(([subpaths = ""]) => codeSpans(subpaths).includes(subpath)) ?? [];
    const named = row.slice(1).flatMap(codeSpans);
    expect(named.toSorted()).toEqual([...exportsOf(file)].toSorted());
  });

  it("have every code that the package uses, and no other", () => {
    const rows = tableRows(section("docs/errors.md", "## Codes"));
    const named = rows.flatMap(([code = ""]) => codeSpans(code));
    expect(named.toSorted()).toEqual([...codesInUse()].toSorted());
  });
});

const wordsIn = (cells: readonly string[]) =>
  new Set(cells.flatMap(codeSpans).flatMap((span) => span.match(/\w+/g) ?? []));

const migrating = [
  "docs/migrating.md",
  ...["java", "go", "embedded"].map((name) => `docs/migrate/${name}.md`),
];

describe("the documents for those who come from another SDK", () => {
  it.for([
    ["## Python SDK 2.x", python2Names],
    ["## Python SDK 3.x", python3Names],
    ["## JavaScript SDK", javaScriptNames],
  ] as const)("have every public name in %s", ([heading, names]) => {
    const theirs = tableRows(section("docs/migrating.md", heading)).map(([cell = ""]) => cell);
    const words = wordsIn(theirs);
    expect(names.filter((name) => !words.has(name))).toEqual([]);
  });

  it.for([
    ["docs/migrate/java.md", javaNames],
    ["docs/migrate/go.md", goNames],
    ["docs/migrate/embedded.md", embeddedNames],
  ] as const)("have every public name in %s", ([document, names]) => {
    const words = wordsIn(tableRows(readDocument(document)).map(([cell = ""]) => cell));
    expect(names.filter((name) => !words.has(name))).toEqual([]);
  });

  it.for(migrating)("name no member of the context that there is not: %s", (document) => {
    const source = readSource("sdk/invocation/context.ts");
    const [, body = ""] = /interface Context<.*?\{\n(.*?)^\}/ms.exec(source) ?? [];
    const members = Array.from(
      body.matchAll(/^ {2}(?:readonly )?(\w+)[(<:]/gm),
      ([, name]) => name,
    );
    expect(members).toContain("sendAfter");
    const ours = tableRows(readDocument(document)).map(([, cell = ""]) => cell);
    const named = ours.join().matchAll(/\bcontext\.(\w+)/g);
    for (const [, name] of named) expect(members).toContain(name);
  });

  it.for(migrating)("put something beside every name: %s", (document) => {
    const rows = tableRows(readDocument(document));
    expect(rows.length).toBeGreaterThan(25);
    for (const [theirs, ours] of rows) expect(ours, theirs).not.toBe("");
  });
});
