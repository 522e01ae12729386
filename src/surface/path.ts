import { invalid } from "../internal/assert.ts";
import { show } from "../internal/show.ts";

/**
 * The parts of a path behind `basePath`, each percent-decoded once; undefined for a path elsewhere. An id with
 * a slash in it has `%2F` there.
 */
export function partsOf(pathname: string, basePath: string): readonly string[] | undefined {
  if (!pathname.startsWith(`${basePath}/`)) return undefined;
  return pathname
    .slice(basePath.length + 1)
    .split("/")
    .map(decoded);
}

function decoded(part: string): string {
  // Most have nothing to decode.
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid(`a path must be percent-encoded UTF-8, got ${show(part)}`);
  }
}
