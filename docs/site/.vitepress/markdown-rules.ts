import type { MarkdownRenderer } from "vitepress";

/** How our markdown becomes HTML, where VitePress alone would do something else. */
export function ourRules(markdown: MarkdownRenderer): void {
  namedBlocks(markdown);
  indentedBlocks(markdown);
  emptyHeads(markdown);
}

/** A block like "```ts greeter.ts" shows the name of its file. */
function namedBlocks(markdown: MarkdownRenderer): void {
  const { fence } = markdown.renderer.rules;
  if (fence === undefined) return;
  markdown.renderer.rules.fence = (tokens, index, options, env, self) => {
    const token = tokens[index];
    const [, language = "", name] = /^(\S+)\s+(\S+\.\w+)$/.exec(token?.info.trim() ?? "") ?? [];
    if (token === undefined || name === undefined) return fence(tokens, index, options, env, self);
    token.info = language;
    const html = fence(tokens, index, options, env, self);
    const title = `<div class="file-name">${markdown.utils.escapeHtml(name)}</div>`;
    return `<div class="named-block">${title}${html}</div>`;
  };
}

/** An indented block looks and scrolls like a fenced one. */
function indentedBlocks(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("indented-blocks", ({ tokens }) => {
    for (const token of tokens) {
      if (token.type !== "code_block") continue;
      token.type = "fence";
      token.tag = "code";
      token.info = "text";
    }
  });
}

/** A head of a table without words is a cell: a screen reader would announce an empty heading. */
function emptyHeads(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("empty-heads", ({ tokens }) => {
    for (const [index, token] of tokens.entries()) {
      const end = tokens[index + 2];
      if (token.type !== "th_open" || tokens[index + 1]?.content !== "" || end === undefined)
        continue;
      token.tag = "td";
      end.tag = "td";
    }
  });
}
