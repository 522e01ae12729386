import { requestUrl } from "../http/request-url.ts";
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

/** What a request is for, by its path as it is routed: `/%61dmin` is `admin`; undefined for a path that is not routed. */
export function routeOf(request: Request, basePath: string): string | undefined {
  try {
    return partsOf(requestUrl(request)?.pathname ?? "", basePath)?.[0];
  } catch {
    return undefined;
  }
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
