import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";

const sources = fileURLToPath(new URL("../../src", import.meta.url));

/** What a program can import: `statefun`, `statefun/runtime` and so on. */
export const subpaths: readonly string[] = globSync("*.ts", { cwd: sources })
  .map((file) => (file === "index.ts" ? "statefun" : `statefun/${file.replace(".ts", "")}`))
  .sort();

/** Where the page of a subpath is. */
export function apiPlace(subpath: string): string {
  return `reference/api/${subpath.replace("statefun/", "")}`;
}
