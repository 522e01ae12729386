import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** Every document of the project, by its path from the root. */
export function documents(): string[] {
  // The reports of signatures are written by a tool, and their blocks are declarations.
  const isOurs = (path: string) =>
    !/(^|\/)(node_modules|dist|fixtures|target)(\/|$)|^test\/package\/api(\/|$)/.test(path);
  // `**` passes over folders whose names begin with a dot.
  const patterns = ["**/*.md", ".github/**/*.md"];
  const found = globSync(patterns, { cwd: root, exclude: (path) => !isOurs(path) });
  return found.filter(isOurs).sort();
}

/** Those whose blocks are programs, or are otherwise held to what they say. */
export const tested: readonly string[] = [
  ...globSync("docs/{compare,guides,migrate}/*.md", { cwd: root }).sort(),
  "README.md",
  "docs/console.md",
  "docs/dev.md",
  "docs/durable-objects.md",
  "docs/embedded.md",
  "docs/encryption.md",
  "docs/evolution.md",
  "docs/flink.md",
  "docs/functions.md",
  "docs/http.md",
  "docs/kafka.md",
  "docs/migrating.md",
  "docs/modules.md",
  "docs/moving.md",
  "docs/operate/admin.md",
  "docs/operate/deploy.md",
  "docs/operate/kubernetes.md",
  "docs/operate/observers.md",
  "docs/operate/stuck.md",
  "docs/operate/tracing.md",
  "docs/types.md",
  "docs/typescript.md",
];

export function readDocument(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** The text of one section, from its heading to the next one of the same level or above. */
export function section(document: string, heading: string): string {
  const text = readDocument(document);
  const start = text.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`${document} has no section ${heading}`);
  const level = heading.indexOf(" ");
  const rest = text.slice(start + 1 + heading.length);
  const end = rest.search(new RegExp(`\n#{1,${level}} `));
  return end < 0 ? rest : rest.slice(0, end);
}

/** The cells of the rows of all tables in a text, without their heads. */
export function tableRows(text: string): string[][] {
  const rows = text.split("\n").filter((line) => line.startsWith("|"));
  const isRule = (row: string | undefined) => /^\|[-|]+\|$/.test(row ?? "");
  return rows
    .filter((row, index) => !isRule(row) && !isRule(rows[index + 1]))
    .map((row) =>
      row
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** What stands in backticks. */
export function codeSpans(text: string): string[] {
  return Array.from(text.matchAll(/`([^`]+)`/g), ([, span]) => span ?? "");
}
