import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./documents.ts";

export function readSource(file: string): string {
  return readFileSync(join(root, "src", file), "utf8");
}

const deprecated = /\/\*\* @deprecated [^*]*\*\/\s*(?:type )?\w+,?/g;

/** What a public subpath exports and has not deprecated, as its file in `src` says: such a file only re-exports. */
export function exportsOf(file: string): Set<string> {
  const source = readSource(file).replaceAll(deprecated, "");
  const lists = Array.from(
    source.matchAll(/export (?:type )?\{([^}]*)\}/g),
    ([, list]) => list ?? "",
  );
  const names = lists.flatMap((list) => list.split(","));
  return new Set(names.map((name) => name.replace(/^\s*type /, "").trim()).filter(Boolean));
}

export function publicFiles(): string[] {
  return globSync("*.ts", { cwd: join(root, "src") }).sort();
}

/** Every code of an error that some source file names, but for the file that lists them. */
export function codesInUse(): Set<string> {
  const listed = readSource("internal/errors.ts");
  const union = /export type StateFunErrorCode =([^;]*);/.exec(listed)?.[1] ?? "";
  const codes = Array.from(union.matchAll(/"([a-z_]+)"/g), ([, code]) => code ?? "");
  const sources = globSync("**/*.ts", { cwd: join(root, "src") })
    .filter((file) => file !== "internal/errors.ts")
    .map(readSource);
  return new Set(codes.filter((code) => sources.some((source) => source.includes(`"${code}"`))));
}
