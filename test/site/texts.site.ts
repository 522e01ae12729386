import { describe, expect, it } from "vitest";
import { allPages } from "../../docs/site/pages.ts";
import { builtPages, isBuilt, readBuilt } from "./built.ts";

const places = allPages().map(({ place }) => place);

describe("the pages of the site", () => {
  it("are those of the sections, and no others", () => {
    const expected = [...places.map((place) => `${place}.html`), "404.html"];
    expect(builtPages()).toEqual(expected.toSorted());
  });

  it("are all in the sidebar", () => {
    const home = readBuilt("index.html");
    // Groups within a section are in the page too; they are closed.
    const missing = places
      .filter((place) => place !== "index")
      .map((place) => `/${place.replace(/(^|\/)index$/, "$1")}`)
      .map((address) => (address.endsWith("/") ? address : `${address}.html`))
      .filter((address) => !home.includes(`href="${address}"`));
    expect(missing).toEqual([]);
  });

  it.for(places)("%s has a title, a description and markdown beside it", (place) => {
    const html = readBuilt(`${place}.html`);
    expect(html).toMatch(/<title>[^<]+<\/title>/);
    expect(html).toMatch(/<meta name="description" content="[^"]{10,}"/);
    expect(html.match(/<h1\b/g)).toHaveLength(1);
    expect(isBuilt(`${place}.md`)).toBe(true);
  });
});

describe("llms.txt", () => {
  const text = readBuilt("llms.txt");

  it("lists every page once, with a line about it", () => {
    const lines = text.split("\n").filter((line) => line.startsWith("- "));
    const listed = lines.map((line) => /^- \[[^\]]+\]\(\/(.+)\.md\): .{10,}$/.exec(line)?.[1]);
    const expected = places.filter((place) => place !== "index");
    expect(listed.toSorted()).toEqual(expected.toSorted());
  });

  it("has all of them in llms-full.txt", () => {
    const full = readBuilt("llms-full.txt");
    for (const place of places) expect(full).toContain(`<!-- /${place}.md -->`);
  });
});
