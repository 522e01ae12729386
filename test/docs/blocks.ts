import { readDocument } from "./documents.ts";

/** A fenced block of a document. */
export interface Block {
  readonly document: string;
  readonly line: number;
  /** The first word behind the fence. */
  readonly language: string;
  /** The second: the file that the block is. */
  readonly name: string;
  readonly text: string;
}

export function blocksOf(document: string): Block[] {
  const blocks: Block[] = [];
  let open: { readonly line: number; readonly info: string; readonly text: string[] } | undefined;
  for (const [index, line] of readDocument(document).split("\n").entries()) {
    const fence = /^\s*```(.*)$/.exec(line);
    if (fence === null) open?.text.push(line);
    else if (open === undefined) open = { line: index + 1, info: fence[1] ?? "", text: [] };
    else {
      const [language = "", name = ""] = open.info.trim().split(/\s+/);
      const text = `${open.text.join("\n")}\n`;
      blocks.push({ document, line: open.line, language, name, text });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`${document}:${open.line}: the block has no end`);
  return blocks;
}

export function titleOf({ document, line, language, name }: Block): string {
  return `${document}:${line} ${language} ${name}`.trimEnd();
}
