import { describe, expect, it } from "vitest";
import { riddles } from "../docs/riddles.ts";
import { nodesOf, readSources } from "../package/sources.ts";
import { ts } from "../types/typescript-5.9/index.ts";

/** A text with blanks in it: errors, outputs, descriptions. `_` stands for what is put in. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isJsxText(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return `${node.head.text}${node.templateSpans.map(({ literal }) => `_${literal.text}`).join("")}`;
}

/** Names have no blanks. */
const isSaid = (text: string): boolean => /[a-z] [a-z]/.test(text);

describe("what the package says to people", () => {
  const texts = readSources().flatMap(({ path, tree }) =>
    [...nodesOf(tree)]
      .map(textOf)
      .filter((text) => text !== undefined)
      .filter(isSaid)
      .map((text) => `${path}: ${text}`),
  );

  it("is found", () => {
    expect(texts.length).toBeGreaterThan(1_000);
  });

  it.for(riddles)("has no riddle like %s", (riddle) => {
    expect(texts.filter((text) => riddle.test(text))).toEqual([]);
  });
});
