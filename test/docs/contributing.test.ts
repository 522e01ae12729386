import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { codeSpans, readDocument, root, section, tableRows } from "./documents.ts";

const document = "CONTRIBUTING.md";
const text = readDocument(document);
const { scripts } = JSON.parse(readDocument("package.json"));
const words = (pattern: RegExp, of: string) =>
  Array.from(of.matchAll(pattern), ([, word = ""]) => word);

describe(document, () => {
  it("names scripts that there are", () => {
    const named = words(/`npm run ([\w:-]+)`/g, text);
    expect(named.length).toBeGreaterThan(2);
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
  });

  it("names steps of the gate that there are", () => {
    const [, steps = ""] = /^steps=\((.*)\)$/m.exec(readDocument(".ci/run")) ?? [];
    const named = words(/`\.ci\/run ([\w ]+)`/g, text).flatMap((names) => names.split(" "));
    expect(named.length).toBeGreaterThan(2);
    for (const name of named) expect(steps.split(" ")).toContain(name);
  });

  it("says of every kind of change what it takes, and how it is tested", () => {
    const headings = words(/^(### … .*)$/gm, text);
    expect(headings).toHaveLength(9);
    for (const heading of headings) {
      const named = codeSpans(section(document, heading));
      expect(named.filter((span) => span.startsWith("src/")).length, heading).toBeGreaterThan(1);
      expect(named.filter((span) => span.startsWith("test/")).length, heading).toBeGreaterThan(1);
    }
  });

  it("quotes an entry that the changelog has", () => {
    const [, quote = ""] = /^> (.{60})/m.exec(text) ?? [];
    expect(readDocument("CHANGELOG.md")).toContain(quote);
  });
});

describe("the forms for issues", () => {
  const folder = ".github/ISSUE_TEMPLATE";
  const forms = readdirSync(join(root, folder)).filter((name) => name !== "config.yml");

  it.for(forms)("%s asks each thing once, under a label", (name) => {
    const form = parse(readDocument(`${folder}/${name}`));
    expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) });
    const fields: readonly {
      readonly type: string;
      readonly id: string;
      readonly attributes: object;
    }[] = form.body;
    const questions = fields.filter(({ type }) => type !== "markdown");
    for (const { attributes } of questions) {
      expect(attributes).toMatchObject({ label: expect.any(String) });
    }
    expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length);
  });
});

describe("the decisions", () => {
  const index = tableRows(readDocument("docs/decisions/README.md"));
  const records = index.map(([link = ""]) => words(/\(([\w-]+\.md)\)/g, link).join());

  it.for(records)("%s says what, why, what was rejected, and what would change it", (record) => {
    const path = `docs/decisions/${record}`;
    const headings = words(/^## (.*)$/gm, readDocument(path));
    expect(headings).toEqual(["What", "Why", "Rejected", "What would change it"]);
    for (const heading of headings) {
      expect(section(path, `## ${heading}`).trim(), heading).not.toBe("");
    }
  });
});
