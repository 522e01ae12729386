import type { MarkdownRenderer } from "vitepress";

/** A block like "```ts greeter.ts" shows the name of its file. */
export function namedBlocks(markdown: MarkdownRenderer): void {
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
