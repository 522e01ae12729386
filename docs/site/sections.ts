import { apiPlace, subpaths } from "./subpaths.ts";

/** A page that does not lie in the folder of its section. */
export interface Placed {
  /** The markdown, from the root of the repository. */
  readonly source: string;
  /** Its address on the site, without the ending. */
  readonly place: string;
  /** What the sidebar calls it. @default its first heading */
  readonly title?: string;
  /** A list of its own within the section, which opens by a click. */
  readonly group?: string;
}

export interface Section {
  readonly title: string;
  /** Every page below `docs/<folder>` is part of the section, listed here or not. */
  readonly folder: string;
  /** Which pages come first, and in which order. The rest follows in the order of titles. */
  readonly pages: readonly Placed[];
}

/** A page of the section's own folder, at the same place. */
const own = (place: string, title?: string): Placed => ({
  source: `docs/${place}.md`,
  place,
  ...(title === undefined ? {} : { title }),
});

const at = (source: string, place: string, title: string): Placed => ({ source, place, title });

/** The page that a visitor sees first. */
export const home = "docs/README.md";

/** Written by the build, from the product itself. */
export const generated: readonly Placed[] = [
  at("build:cli", "reference/cli", "All commands"),
  at("build:admin-api", "reference/admin-api", "All routes of the administration API"),
  at("build:api", "reference/api/index", "API"),
  ...subpaths.map((name) => ({
    ...at(`build:api/${name}`, apiPlace(name), name),
    group: "API by subpath",
  })),
];

export const sections: readonly Section[] = [
  {
    title: "Start",
    folder: "start",
    pages: [
      own("start/install", "Install"),
      own("start/node", "Node"),
      own("start/deno", "Deno"),
      own("start/bun", "Bun"),
      own("start/workers", "Cloudflare Workers"),
      at("docs/typescript.md", "start/typescript", "TypeScript"),
      own("start/layout", "Layout of a project"),
      own("start/template"),
      at("README.md", "start/overview", "All of it on one page"),
    ],
  },
  {
    title: "Concepts",
    folder: "concepts",
    pages: [
      own("concepts/function"),
      own("concepts/instance"),
      own("concepts/mailbox"),
      own("concepts/batch"),
      own("concepts/state"),
      own("concepts/ingress"),
      own("concepts/egress"),
      own("concepts/dead-letter"),
      own("concepts/engine"),
      own("concepts/window"),
      own("concepts/exactly-once"),
      own("concepts/glossary"),
    ],
  },
  {
    title: "Guides",
    folder: "guides",
    pages: [
      at("docs/functions.md", "guides/functions", "Functions"),
      at("docs/types.md", "guides/types", "Types and values"),
      at("docs/evolution.md", "guides/evolution", "Types that change"),
      at("docs/kafka.md", "reference/kafka", "Kafka"),
      at("docs/modules.md", "reference/modules", "Module files"),
      at("docs/remote-functions.md", "guides/remote-functions", "Remote functions"),
      own("guides/test-functions"),
      own("guides/test-durable-objects"),
    ],
  },
  {
    title: "Operate",
    folder: "operate",
    pages: [
      at("docs/dev.md", "operate/dev", "statefun dev"),
      at("docs/embedded.md", "operate/process", "One process"),
      at("docs/durable-objects.md", "operate/durable-objects", "Durable Objects"),
      at("docs/flink.md", "operate/flink", "A Flink cluster"),
      own("operate/kubernetes"),
      own("operate/deploy"),
      at("docs/backup.md", "operate/backup", "Backups"),
      at("docs/console.md", "operate/console", "The console"),
      own("operate/cli"),
      own("operate/admin", "The administration API"),
      own("operate/instances", "Looking at instances"),
      own("operate/metrics", "Metrics"),
      own("operate/observers", "Observers"),
      own("operate/tracing"),
    ],
  },
  {
    title: "Migrate",
    folder: "migrate",
    pages: [
      at("docs/migrating.md", "migrate/python-and-javascript", "Coming from Python and JavaScript"),
      at("docs/moving.md", "migrate/moving-state", "Moving state"),
    ],
  },
  { title: "Compare", folder: "compare", pages: [] },
  {
    title: "Reference",
    folder: "reference",
    pages: [
      ...generated,
      at("docs/http.md", "reference/http", "HTTP"),
      at("docs/errors.md", "reference/errors", "Errors"),
      own("reference/limits", "Limits"),
      at("src/protocol/README.md", "reference/wire", "The two wires"),
      at("docs/export-format.md", "reference/export-format", "Exports"),
    ],
  },
  {
    title: "Inside",
    folder: "inside",
    pages: [
      own("inside/architecture", "Architecture"),
      at("src/README.md", "inside/sources", "What is where"),
      at("src/engine/README.md", "inside/crash-model", "The crash model"),
      at("src/store/README.md", "inside/store", "The stores"),
      at("src/sdk/README.md", "inside/sdk", "Functions and types"),
      at("src/durable-object/README.md", "inside/durable-objects", "The engine on Durable Objects"),
      at("src/host/README.md", "inside/host", "What the engines share"),
      at("src/surface/README.md", "inside/surface", "The engine over HTTP"),
      at("src/connectors/kafka/README.md", "inside/kafka", "The Kafka connector"),
      at("src/cli/README.md", "inside/cli", "The program"),
      at("src/console/README.md", "inside/console", "The page of the console"),
      at("proto/README.md", "inside/proto", "Definitions of the wire"),
      at("test/README.md", "inside/tests", "The tests"),
      at("test/bench/README.md", "inside/benchmarks", "The benchmarks"),
      at("test/bench/results.md", "inside/benchmark-results", "Results of the benchmarks"),
      at("docs/decisions/README.md", "inside/decisions/index", "Decisions"),
      at("CONTRIBUTING.md", "inside/contributing", "Contributing"),
      at("SECURITY.md", "inside/security", "Security"),
      at("CHANGELOG.md", "inside/changelog", "Changes"),
    ],
  },
];

/** Markdown that has a place by its name, where the name is not its place: `docs/decisions/x.md`. */
export const movedFolders: readonly {
  readonly from: string;
  readonly to: string;
  readonly group: string;
}[] = [{ from: "docs/decisions/", to: "inside/decisions/", group: "All decisions" }];

/** Markdown below `docs` that is not a page. */
export const noPages: readonly string[] = ["docs/site/"];
