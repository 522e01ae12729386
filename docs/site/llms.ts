import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { summaryOf } from "./markdown.ts";
import type { Page } from "./pages.ts";
import { sections } from "./sections.ts";
import { site, stage } from "./stage.ts";

/** `llms.txt`, the list of pages for programs that read, `llms-full.txt`, all of them, and the markdown of each beside its page. */
export function writeTexts(pages: readonly Page[]): void {
  const texts = new Map(pages.map((page) => [page, markdownOf(page)]));
  for (const { place } of pages) {
    const copy = join(site, `${place}.md`);
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(join(stage, `${place}.md`), copy);
  }
  const lineOf = (page: Page) =>
    `- [${page.title}](/${page.place}.md): ${summaryOf(texts.get(page) ?? "")}`;
  const lists = sections.map(({ title }) => ({
    title,
    lines: pages.filter(({ section }) => section === title).map(lineOf),
  }));
  const list = lists
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines }) => `## ${title}\n\n${lines.join("\n")}\n`);
  const home = [...texts.values()][0] ?? "";
  writeFileSync(join(site, "llms.txt"), `# statefun\n\n> ${summaryOf(home)}\n\n${list.join("\n")}`);
  const all = [...texts].map(([{ place }, text]) => `<!-- /${place}.md -->\n\n${text}`);
  writeFileSync(join(site, "llms-full.txt"), all.join("\n\n"));
}

function markdownOf({ place }: Page): string {
  return readFileSync(join(stage, `${place}.md`), "utf8").replace(/^---\n[\s\S]*?\n---\n+/, "");
}
