/** Turns what typedoc has written into pages: names of files become what a program imports. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { anchorOf } from "../.vitepress/anchors.ts";
import { writePage } from "../stage.ts";
import { apiPlace, subpaths } from "../subpaths.ts";

const folder = fileURLToPath(new URL("../dist/api/", import.meta.url));

/** typedoc keeps `index` for the list of all. */
const fileOf = (subpath: string): string =>
  subpath === "statefun" ? "index-1.md" : subpath.replace("statefun/", "").concat(".md");

/** Pages by their files. */
const texts = new Map(
  subpaths.map((subpath) => [
    fileOf(subpath),
    readFileSync(`${folder}${fileOf(subpath)}`, "utf8").replace(/^# .*$/m, `# ${subpath}`),
  ]),
);

/** What links can lead to: headings, numbered where they come again, and rows of tables. */
function anchorsIn(text: string): ReadonlySet<string> {
  const anchors = new Set(Array.from(text.matchAll(/<a id="([^"]+)"/g), ([, id = ""]) => id));
  for (const name of headingsOf(text)) {
    const anchor = anchorOf(name);
    let free = anchor;
    for (let count = 1; anchors.has(free); count++) free = `${anchor}-${count}`;
    anchors.add(free);
  }
  return anchors;
}

function headingsOf(text: string, level: string = "#+"): readonly string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, "");
  return Array.from(prose.matchAll(new RegExp(`^${level} (.*)$`, "gm")), ([, name = ""]) =>
    name.replaceAll("\\", "").replaceAll("~~", ""),
  );
}

const anchors = new Map([...texts].map(([file, text]) => [file, anchorsIn(text)]));

/** typedoc numbers some names that come once. */
function withLinks(text: string, own: string): string {
  return text.replaceAll(/\]\(([\w-]+\.md)?#([\w-]+)\)/g, (link, file: string = own, anchor) => {
    if (anchors.get(file)?.has(anchor) !== false) return link;
    return link.replace(`#${anchor}`, `#${anchor.replace(/-\d+$/, "")}`);
  });
}

const rows = subpaths.map((subpath) => {
  const text = texts.get(fileOf(subpath)) ?? "";
  const place = apiPlace(subpath);
  writePage(place, withLinks(text, fileOf(subpath)).replaceAll("index-1.md", "statefun.md"));
  const linked = headingsOf(text, "###").map((name) => `[${name}](/${place}.md#${anchorOf(name)})`);
  return `| [\`${subpath}\`](/${place}.md) | ${linked.join(", ")} |`;
});

writePage(
  "reference/api/index",
  `# API

What a program can import, made of the declarations of the sources. Importing a subpath has no side effects.

| subpath | names |
| --- | --- |
${rows.join("\n")}
`,
);
