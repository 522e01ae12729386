import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { forSite, summaryOf, type Targets } from "../../docs/site/markdown.ts";
import { allPages, headingOf, textOf } from "../../docs/site/pages.ts";
import { pictureFiles } from "../../docs/site/pictures/files.ts";
import { isGenerated } from "../../docs/site/stage.ts";
import { documents, root } from "./documents.ts";
import { riddles } from "./riddles.ts";

const pages = allPages();

/** `npm run docs` builds the site from these; what it builds is what `test/site` is about. */
describe("the pages of the site", () => {
  it("are all documents for users", () => {
    const sources = pages.map(({ source }) => source);
    const forUsers = documents().filter(
      (path) => path.startsWith("docs/") && !path.startsWith("docs/site/"),
    );
    expect(sources).toEqual(expect.arrayContaining(forUsers));
  });

  it("have titles in the menu that no other page has", () => {
    const titles = pages.map(({ title }) => title);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });

  it.for(pages.filter((page) => !isGenerated(page)))(
    "$source has a heading, and a first paragraph that says what it is for",
    ({ source }) => {
      const text = textOf(source);
      expect(headingOf(text)).not.toBe("");
      expect(summaryOf(text).length).toBeGreaterThan(20);
    },
  );

  it.for([
    ["docs/start", 130],
    ["docs/concepts", 60],
  ] as const)("of %s are short", ([folder, most]) => {
    for (const name of readdirSync(join(root, folder))) {
      expect(textOf(`${folder}/${name}`).trimEnd().split("\n").length, name).toBeLessThanOrEqual(
        most,
      );
    }
  });
});

describe("the pictures of the concepts", () => {
  const folder = join(root, "docs/pictures/concepts");

  it("are what docs/site/pictures/write.ts writes", () => {
    const files = pictureFiles();
    expect(readdirSync(folder).toSorted()).toEqual([...files.keys()].toSorted());
    for (const [name, text] of files) {
      expect(readFileSync(join(folder, name), "utf8"), name).toBe(text);
    }
  });

  it("have the same words in the picture as beside it", () => {
    for (const { source } of pages.filter(({ source }) =>
      /^docs\/(?:concepts|inside)\//.test(source),
    )) {
      const shown = textOf(source).matchAll(
        /src="\.\.\/pictures\/concepts\/([\w-]+)-light\.svg"[^>]* alt="([^"]+)"/g,
      );
      for (const [, name = "", words = ""] of shown) {
        expect(pictureFiles().get(`${name}-light.svg`)).toContain(`<title>${words}</title>`);
      }
    }
  });
});

describe("a page of the repository on the site", () => {
  const targets: Targets = {
    placeOf: (source) => new Map([["docs/types.md", "guides/types"]]).get(source),
    fileOf: (source) => (source.endsWith(".png") ? source.replace("docs/", "/files/") : undefined),
    repositoryOf: () => undefined,
  };
  const onSite = (text: string) => forSite(text, "docs/operate/a.md", targets);

  it("links to the place of another page, with its anchor", () => {
    expect(onSite("[types](../types.md#json)")).toBe("[types](/guides/types.md#json)");
  });

  it("names a file that is no page, while there is no repository to link to", () => {
    expect(onSite("[the driver](../../examples/cluster/driver.ts)")).toBe(
      "the driver (`examples/cluster/driver.ts`)",
    );
    expect(onSite("[examples/cluster/driver.ts](../../examples/cluster/driver.ts)")).toBe(
      "`examples/cluster/driver.ts`",
    );
  });

  it("leaves blocks as they are, and escapes what would be code in a page", () => {
    expect(onSite("a `Type<T>` and <T> {{x}}\n\n```ts\n[a](../types.md) <T>\n```\n")).toBe(
      "a `Type<T>` and &lt;T> &#123;&#123;x}}\n\n```ts\n[a](../types.md) <T>\n```\n",
    );
  });

  it("shows both pictures of a pair, of which the theme chooses one", () => {
    const pair =
      '<picture><source media="(prefers-color-scheme: dark)" srcset="../p/d.png"><img src="../p/l.png" alt="A"></picture>';
    const shown = onSite(pair);
    expect(shown).toContain('<img class="on-light" src="/files/p/l.png" alt="A"');
    expect(shown).toContain('<img class="on-dark" src="/files/p/d.png" alt="A"');
  });
});

describe("the language of the documents for users", () => {
  const written = documents().filter((path) =>
    /^(?:docs|examples)\/|^(?:README|CONTRIBUTING|SECURITY)\.md$/.test(path),
  );
  it.for(written)("of %s has no riddles", (document) => {
    const prose = textOf(document)
      .replaceAll(/^ *```[\s\S]*?^ *```$/gm, "")
      .replaceAll(/`[^`]*`/g, "");
    for (const riddle of riddles) expect(prose).not.toMatch(riddle);
  });
});
