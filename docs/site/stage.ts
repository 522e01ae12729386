import { copyFileSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dirname } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { forSite, summaryOf, type Targets } from "./markdown.ts";
import { allPages, type Page, root, textOf } from "./pages.ts";
import { repositoryUrl } from "./repository.ts";
import { generated, sections } from "./sections.ts";

/** What VitePress reads. Below `dist`, so that no tool takes a copy for a document. */
export const stage: string = fileURLToPath(new URL("dist/pages", import.meta.url));
/** The site. */
export const site: string = fileURLToPath(new URL("dist/html", import.meta.url));

/** Copies every page to its place, with links to other pages of the site, and writes what the sidebar has. */
export function stagePages(): readonly Page[] {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(join(stage, "public"), { recursive: true });
  const pages = allPages();
  const targets = targetsOf(pages);
  for (const page of pages) {
    if (isGenerated(page)) continue;
    const text = forSite(textOf(page.source), page.source, targets);
    writePage(page.place, text, page.source);
  }
  writeFileSync(join(stage, "menu.json"), JSON.stringify(menuOf(pages), undefined, 2));
  return pages;
}

/** A page with the line that search engines show, and its source. */
export function writePage(place: string, text: string, source?: string): void {
  const path = join(stage, `${place}.md`);
  mkdirSync(dirname(path), { recursive: true });
  const front = {
    description: shortened(summaryOf(text)),
    ...(source === undefined ? { editLink: false } : { source }),
  };
  const lines = Object.entries(front).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  writeFileSync(path, `---\n${lines.join("\n")}\n---\n\n${text}`);
}

export function isGenerated({ source }: Pick<Page, "source">): boolean {
  return generated.some((page) => page.source === source);
}

function shortened(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200).replace(/\s\S*$/, "")} …`;
}

function targetsOf(pages: readonly Page[]): Targets {
  const places = new Map(pages.map(({ source, place }) => [source, place]));
  const repository = repositoryUrl();
  return {
    placeOf: (source) => places.get(source),
    fileOf(source) {
      if (!/^docs\/.*\.(?!md$)\w+$/.test(source) || !existsSync(join(root, source)))
        return undefined;
      const address = source.replace("docs/", "/files/");
      const copy = join(stage, "public", address);
      mkdirSync(dirname(copy), { recursive: true });
      copyFileSync(join(root, source), copy);
      return address;
    },
    repositoryOf(source) {
      if (repository === undefined) return undefined;
      const path = join(root, source);
      const kind = existsSync(path) && statSync(path).isDirectory() ? "tree" : "blob";
      return `${repository}/${kind}/main/${source}`;
    },
  };
}

interface Item {
  readonly text: string;
  readonly link?: string;
  readonly collapsed?: boolean;
  readonly items?: readonly Item[];
}

interface Menu {
  readonly nav: readonly (Item & { readonly activeMatch: string })[];
  readonly sidebar: readonly Item[];
}

/** Sections that have a page. */
function menuOf(pages: readonly Page[]): Menu {
  const found = sections
    .map(({ title, folder }) => ({
      ...{ title, folder },
      own: pages.filter((page) => page.section === title),
    }))
    .filter(({ own }) => own.length > 0);
  return {
    nav: found.map(({ title, folder, own }) => ({
      text: title,
      link: own[0] === undefined ? "/" : linkOf(own[0]),
      activeMatch: `^/${folder}/`,
    })),
    sidebar: found.map(({ title, own }) => ({
      text: title,
      collapsed: true,
      items: itemsOf(own),
    })),
  };
}

/** Pages of no group first, then each group. */
function itemsOf(pages: readonly Page[]): readonly Item[] {
  const items = pages.map((page) => ({ group: page.group, text: page.title, link: linkOf(page) }));
  const groups = [...new Set(pages.flatMap(({ group }) => group ?? []))];
  const ofGroup = (name?: string) =>
    items.filter(({ group }) => group === name).map(({ text, link }) => ({ text, link }));
  return [...ofGroup(), ...groups.map((text) => ({ text, collapsed: true, items: ofGroup(text) }))];
}

function linkOf({ place }: Page): string {
  return `/${place.replace(/(^|\/)index$/, "$1")}`;
}
