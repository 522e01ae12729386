import { readFileSync } from "node:fs";
import { defineConfig } from "vitepress";
import { repositoryUrl } from "../repository.ts";
import { site, stage } from "../stage.ts";
import { accessible } from "./accessible.ts";
import { anchorOf } from "./anchors.ts";
import { ourRules } from "./markdown-rules.ts";

const { nav, sidebar } = JSON.parse(readFileSync(`${stage}/menu.json`, "utf8"));
const repository = repositoryUrl();

export default defineConfig({
  title: "statefun",
  description:
    "Stateful Functions in TypeScript, for one process, Durable Objects and Flink clusters",
  lang: "en",
  srcDir: stage,
  outDir: site,
  cacheDir: `${site}/../cache`,
  // Where the site is served: `DOCS_BASE=/statefun/ npm run docs`.
  base: process.env["DOCS_BASE"] ?? "/",
  head: [["link", { rel: "icon", href: "data:," }]],
  markdown: {
    anchor: { slugify: anchorOf },
    toc: { slugify: anchorOf },
    headers: { slugify: anchorOf },
    // `{id}` in a heading is text.
    attrs: { leftDelimiter: "{:", rightDelimiter: "}" },
    // The contrast of the usual themes is too low for small text.
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config: ourRules,
  },
  vite: { plugins: [accessible()], build: { chunkSizeWarningLimit: 4_000 } },
  themeConfig: {
    nav,
    sidebar,
    outline: [2, 3],
    search: { provider: "local" },
    ...(repository === undefined
      ? {}
      : {
          socialLinks: [{ icon: "github", link: repository }],
          editLink: {
            pattern: ({ frontmatter }) => `${repository}/edit/main/${frontmatter["source"]}`,
            text: "Change this page",
          },
        }),
    docFooter: { prev: "Before", next: "Next" },
  },
});
