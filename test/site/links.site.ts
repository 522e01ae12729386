import { dirname, join, normalize } from "node:path/posix";
import { describe, expect, it } from "vitest";
import { builtPages, isBuilt, readBuilt } from "./built.ts";

const pages = builtPages();
const anchors = new Map(
  pages.map((page) => [
    page,
    new Set(Array.from(readBuilt(page).matchAll(/\sid="([^"]+)"/g), ([, id = ""]) => id)),
  ]),
);

/** What the attribute of a page holds, each once. */
function attributes(page: string, name: "href" | "src"): readonly string[] {
  const found = readBuilt(page).matchAll(new RegExp(`\\s${name}="([^"]*)"`, "g"));
  return [...new Set(Array.from(found, ([, value = ""]) => value.replaceAll("&amp;", "&")))];
}

/** The file of an address on the site; undefined for another site. */
function fileOf(address: string, page: string): string | undefined {
  if (/^[a-z]+:/.test(address)) return undefined;
  const [path = ""] = address.split(/[?#]/);
  if (path === "") return page;
  const file = path.startsWith("/") ? path.slice(1) : normalize(join(dirname(page), path));
  return file === "" || file.endsWith("/") ? `${file}index.html` : file;
}

describe("the links of the site", () => {
  it("are many", () => {
    expect(pages.length).toBeGreaterThan(80);
  });

  it.for(pages)("of %s lead to pages and headings that are there", (page) => {
    const dead = attributes(page, "href").filter((address) => {
      const file = fileOf(address, page);
      if (file === undefined) return !/^(?:https|data|mailto):/.test(address);
      if (!isBuilt(file)) return true;
      const [, anchor = ""] = address.split("#");
      const ids = anchors.get(file);
      return anchor !== "" && ids !== undefined && !ids.has(decodeURIComponent(anchor));
    });
    expect(dead).toEqual([]);
  });

  it.for(pages)("of %s name pictures and scripts that are there, all on this site", (page) => {
    const addresses = attributes(page, "src").filter((address) => !address.startsWith("data:"));
    const dead = addresses.filter((address) => !isBuilt(fileOf(address, page) ?? "nowhere"));
    expect(dead).toEqual([]);
  });

  it.for(pages)("%s says in words what its pictures show", (page) => {
    const pictures = readBuilt(page).match(/<img\b[^>]*>/g) ?? [];
    expect(pictures.filter((picture) => !/\salt="[^"]+"/.test(picture))).toEqual([]);
  });
});
