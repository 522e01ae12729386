import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Block } from "./blocks.ts";
import { root } from "./documents.ts";

/** An `@example` of a doc comment, as a block of a document. */
export interface DocExample extends Block {
  /** The declaration below the comment, as `bind` or `requestReplyHandler`. */
  readonly of: string;
}

const comment = /^ *\/\*\*\n(?: *\*.*\n)*? *\*\/\n(?: *\/\/.*\n)*(.*)/gm;
const declared = /^ *(?:export )?(?:async )?(?:function |class |interface |const )?(\w+)/;
const fenced = /@example\n *\* ```(\w+)\n([\s\S]*?\n) *\* ```/g;

/** All examples of the sources: editors and the reference show them. */
export function docExamples(): readonly DocExample[] {
  const files = globSync("src/**/*.ts", { cwd: root }).filter((file) => !/assets/.test(file));
  return files.sort().flatMap((document) => {
    const source = readFileSync(join(root, document), "utf8");
    return Array.from(source.matchAll(comment)).flatMap((found) => {
      const [whole, below = ""] = found;
      const of = declared.exec(below)?.[1] ?? "";
      return Array.from(whole.matchAll(fenced), ({ index, 1: language = "", 2: text = "" }) => {
        const line = source.slice(0, found.index + index).split("\n").length + 1;
        return { document, line, language, name: "", of, text: text.replaceAll(/^ *\* ?/gm, "") };
      });
    });
  });
}
