/** Turns what typedoc has written into pages: names of files become what a program imports. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { writePage } from "../stage.ts";
import { apiPlace, subpaths } from "../subpaths.ts";

const folder = fileURLToPath(new URL("../dist/api/", import.meta.url));

/** typedoc keeps `index` for the list of all. */
const fileOf = (subpath: string): string =>
  subpath === "statefun" ? "index-1.md" : subpath.replace("statefun/", "").concat(".md");

const headings = /^### (.*)$/gm;

const rows = subpaths.map((subpath) => {
  const text = readFileSync(`${folder}${fileOf(subpath)}`, "utf8")
    .replace(/^# .*$/m, `# ${subpath}`)
    .replaceAll("index-1.md", "statefun.md");
  writePage(apiPlace(subpath), text);
  const names = Array.from(text.matchAll(headings), ([, name = ""]) => name.replaceAll("\\", ""));
  const place = apiPlace(subpath);
  const linked = names.map(
    (name) => `[${name}](/${place}.md#${name.toLowerCase().replace(/\W/g, "")})`,
  );
  return `| [\`${subpath}\`](/${place}.md) | ${linked.join(", ")} |`;
});

const page = `# API

What a program can import, made of the declarations of the sources. [What the package has](/start/overview.md#what-the-package-has) lists every
name. Importing a subpath has no side effects.

| subpath | |
| --- | --- |
${rows.join("\n")}
`;
writePage("reference/api/index", page);
