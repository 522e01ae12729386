import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generated, home, movedFolders, noPages, type Placed, sections } from "./sections.ts";

/** Of the repository. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

export interface Page {
  readonly source: string;
  readonly place: string;
  /** What the sidebar calls it. */
  readonly title: string;
  /** The title of its section; the first page is in none. */
  readonly section: string;
  readonly group?: string;
}

export function textOf(source: string): string {
  return readFileSync(join(root, source), "utf8");
}

/** The first heading of markdown. */
export function headingOf(text: string): string {
  const [, heading = ""] = /^# (.+)$/m.exec(text) ?? [];
  return heading.replaceAll("`", "");
}

/** Every page of the site, in the order of the sidebar. */
export function allPages(): readonly Page[] {
  const listed = new Set(sections.flatMap(({ pages }) => pages.map(({ source }) => source)));
  const found = globSync("docs/**/*.md", { cwd: root, exclude: ["docs/site/**"] })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((source) => !listed.has(source) && source !== home)
    .filter((source) => !noPages.some((folder) => source.startsWith(folder)))
    .map((source) => ({ source, ...placeOf(source) }))
    .sort((one, other) => (titleOf(one) < titleOf(other) ? -1 : 1));
  const pages = sections.flatMap(({ title: section, folder, pages: first }) => {
    const rest = found.filter(({ place }) => place.startsWith(`${folder}/`));
    return [...first, ...rest]
      .filter(isThere)
      .map((page) => ({ ...page, title: titleOf(page), section }));
  });
  const all = [{ source: home, place: "index", title: "All pages", section: "" }, ...pages];
  assertPlaced(
    all,
    found.map(({ source }) => source),
  );
  return all;
}

function isThere({ source }: Placed): boolean {
  if (existsSync(join(root, source))) return true;
  if (generated.some((page) => page.source === source)) return true;
  throw new Error(`${source} is not there: docs/site/sections.ts gives it a place`);
}

function titleOf({ source, title }: Placed): string {
  return title ?? headingOf(textOf(source));
}

/** Where a page goes that no section lists: `docs/guides/sagas.md` to `guides/sagas`, and a file beside the folders to Guides. */
function placeOf(source: string): Omit<Placed, "source"> {
  const name = source.replace(/\.md$/, "").replace(/(^|\/)README$/, "$1index");
  for (const { from, to, group } of movedFolders) {
    if (name.startsWith(from)) return { place: name.replace(from, to), group };
  }
  const place = name.replace(/^docs\//, "");
  return { place: place.includes("/") ? place : `guides/${place}` };
}

function assertPlaced(pages: readonly Page[], sources: readonly string[]): void {
  const places = new Map<string, string>();
  for (const { source, place } of pages) {
    const other = places.get(place);
    if (other !== undefined && other !== source)
      throw new Error(`${source} and ${other} have one place, ${place}: docs/site/sections.ts`);
    places.set(place, source);
  }
  const placed = new Set(pages.map(({ source }) => source));
  const lost = sources.filter((source) => !placed.has(source));
  if (lost.length > 0)
    throw new Error(`these pages are in no section of docs/site/sections.ts: ${lost.join(", ")}`);
}
