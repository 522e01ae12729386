import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { dirname, normalize } from "node:path/posix";
import { root } from "./pages.ts";

/** What the links of a page lead to. */
export interface Targets {
  /** The place of a markdown file, if it is a page. */
  readonly placeOf: (source: string) => string | undefined;
  /** The address of a file that is not a page, and is served as it is; it is copied. */
  readonly fileOf: (source: string) => string | undefined;
  /** The address of a file of the repository, if the repository has one. */
  readonly repositoryOf: (source: string) => string | undefined;
}

/** HTML that our documents use. Anything else in angle brackets is text. */
const elements = /^<(?!\/?(?:picture|source|img|br|details|summary|kbd|sub|sup|!--)\b)/;

/** A page as it stands in the repository, as a page of the site: its links lead to other pages. */
export function forSite(text: string, source: string, targets: Targets): string {
  return outsideOfBlocks(text, (prose) => {
    const linked = withPictures(prose, source, targets).replaceAll(
      /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g,
      (whole, isPicture: string, label: string, target: string) =>
        isPicture === ""
          ? linkTo(label, target, source, targets)
          : pictureOf(whole, label, target, source, targets),
    );
    return escaped(linked);
  });
}

/** Applies `change` to what is not in a fenced block. */
function outsideOfBlocks(text: string, change: (prose: string) => string): string {
  return text
    .split(/(^ *```[^\n]*\n[\s\S]*?^ *```[ \t]*$)/m)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join("");
}

function linkTo(label: string, target: string, source: string, targets: Targets): string {
  if (/^[a-z]+:/.test(target) || target.startsWith("#")) return `[${label}](${target})`;
  const [path = "", anchor] = target.split("#");
  const file = fileAt(path, source);
  const place = targets.placeOf(file);
  if (place !== undefined) {
    return `[${label}](/${place}.md${anchor === undefined ? "" : `#${anchor}`})`;
  }
  const copied = targets.fileOf(file);
  if (copied !== undefined) return `[${label}](${copied}){:target="_self"}`;
  const address = targets.repositoryOf(file);
  if (address !== undefined) return `[${label}](${address})`;
  // Without a repository to link to, the reader is told which file it is.
  const shown = label.replaceAll("`", "");
  return shown.includes("/") ? `\`${file}\`` : `${label} (\`${file}\`)`;
}

/** The file that a link means, from the root of the repository; of a folder, its README. */
function fileAt(path: string, source: string): string {
  const file = normalize(join(dirname(source), path).replaceAll("\\", "/")).replace(/\/$/, "");
  const onDisk = join(root, file);
  const isFolder = existsSync(onDisk) && statSync(onDisk).isDirectory();
  return isFolder && existsSync(join(onDisk, "README.md")) ? `${file}/README.md` : file;
}

function pictureOf(
  whole: string,
  label: string,
  target: string,
  source: string,
  targets: Targets,
): string {
  const copied = targets.fileOf(fileAt(target, source));
  return copied === undefined ? whole : `![${label}](${copied})`;
}

/** A pair of pictures, light and dark, follows the switch of the page instead of the system. */
function withPictures(text: string, source: string, targets: Targets): string {
  const pair =
    /<picture>\s*<source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)">\s*<img src="([^"]+)"([^>]*)>\s*<\/picture>/g;
  return text.replaceAll(pair, (whole, dark: string, light: string, rest: string) => {
    const [onDark, onLight] = [dark, light].map((path) => targets.fileOf(fileAt(path, source)));
    if (onDark === undefined || onLight === undefined) return whole;
    const image = (name: string, path: string) =>
      `<img class="${name}" src="${path}"${rest} loading="lazy">`;
    return image("on-light", onLight) + image("on-dark", onDark);
  });
}

/** What Vue would take for an element of HTML or for an expression. */
function escaped(text: string): string {
  return text
    .split(/(`+[^`]*`+)/)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .replaceAll(/<\/?[A-Za-z][^>\n]*>/g, (tag) =>
              elements.test(tag) && !/^<https?:/.test(tag) ? tag.replaceAll("<", "&lt;") : tag,
            )
            .replaceAll("{{", "&#123;&#123;"),
    )
    .join("");
}

/** The first paragraph, as text on one line: what a page is for. */
export function summaryOf(text: string): string {
  const paragraphs = text
    .replace(/^---\n[\s\S]*?\n---\n/, "")
    .replaceAll(/^ *```[\s\S]*?^ *```$/gm, "")
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim());
  const first = paragraphs.find((paragraph) => /^[\p{L}`[*]/u.test(paragraph)) ?? "";
  return first
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/[`*]/g, "")
    .replaceAll(/\s+/g, " ");
}
