import { globSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { helpOf } from "../../src/cli/help.ts";
import { readDocument, root } from "./documents.ts";

const found = (pattern: string) => globSync(pattern, { cwd: root }).sort();

/** Pages for somebody who has one question. */
const short = [
  // This one shows all files of a project.
  ...found("docs/{compare,guides,migrate}/*.md").filter(
    (page) => page !== "docs/guides/test-durable-objects.md",
  ),
  ...["deploy", "kubernetes", "stuck"].map((name) => `docs/operate/${name}.md`),
];

describe("the pages of the guides, of operating, migrating and comparing", () => {
  it.for(short)("%s has at most 150 lines", (page) => {
    expect(readDocument(page).trimEnd().split("\n").length).toBeLessThanOrEqual(150);
  });
});

/** `npx statefun ls --troubled`, in backticks or in a line of its own. */
function commandsIn(document: string): string[] {
  const text = readDocument(document);
  return Array.from(
    text.matchAll(/(?:`|^ {4})(?:npx )?statefun ([a-z][^`\n]*)/gm),
    ([, rest = ""]) => rest,
  );
}

describe("the commands that the documents ask readers to type", () => {
  it.for(found("docs/{guides,operate}/*.md"))("exist, with their options: %s", (document) => {
    for (const command of commandsIn(document)) {
      const [name = ""] = command.split(" ");
      const help = helpOf.get(name);
      expect(help, `statefun ${command}`).toBeDefined();
      for (const [option] of command.matchAll(/--[a-z-]+/g)) {
        expect(help, `statefun ${command}`).toContain(option);
      }
    }
  });
});
