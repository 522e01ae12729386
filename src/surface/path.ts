import type { RequestHead } from "../http/request-head.ts";
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

/** A path that a URL would write in the same way; nothing behind it. */
const plainPath = /^(?:\/(?!\.|%2e)[\w!$&'()*+,;=:@~.%-]*)+$/i;

/** The path of a target, if no URL has to be made to know it. */
export function plainPathOf(target: string): string | undefined {
  return plainPath.test(target) ? target : undefined;
}

/** What a request is for, by its path as it is routed: `/%61dmin` is `admin`; undefined for a path that is not routed. */
export function routeOf(head: RequestHead, basePath: string): string | undefined {
  try {
    return partsOf(requestUrl(head)?.pathname ?? "", basePath)?.[0];
  } catch {
    return undefined;
  }
}

/** Whether a route, as `routeOf` gives it, is for operators alone. */
export function isOperators(route: string | undefined): boolean {
  return route === "admin" || route === "metrics";
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
