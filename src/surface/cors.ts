import type { Cors } from "./cors-options.ts";
import type { Authenticate, ResolvedSurfaceOptions } from "./options.ts";
import { isForeign, type Origins } from "./origins.ts";
import { routeOf } from "./path.ts";

type Fetch = (request: Request) => Promise<Response>;

/** A surface whose answers pages of other origins may read, except those of the admin routes. */
export function openedToPages(fetch: Fetch, { cors, basePath }: ResolvedSurfaceOptions): Fetch {
  if (cors === undefined) return fetch;
  return async (request) => {
    if (!cors.admin && routeOf(request, basePath) === "admin") return fetch(request);
    const isAsked = isPreflight(request) && isAllowed(request.headers.get("origin"), cors);
    if (isAsked) return answerPreflight(request, cors);
    return withCors(await fetch(request), request, cors);
  };
}

/**
 * Whether a refused page sends this. If browsers send credentials by themselves, or there are none, it could be
 * any page that a user has open.
 */
export function isRefusedPage(
  request: Request,
  authenticate: Authenticate | undefined,
  { cors, origins, basePath }: ResolvedSurfaceOptions,
): boolean {
  if (authenticate !== undefined && cors?.credentials !== true) return false;
  const isCors = cors !== undefined && (cors.admin || routeOf(request, basePath) !== "admin");
  return isForeign(request, isCors ? both(origins, cors.origins) : origins);
}

function both(some: Origins, others: Origins): Origins {
  return some === "any" || others === "any" ? "any" : [...some, ...others];
}

/** Whether a page of this origin may read answers. */
function isAllowed(origin: string | null, { origins }: Cors): boolean {
  return origin !== null && (origins === "any" || origins.includes(origin));
}

/** Whether a browser asks what a page may ask. It sends no credentials for that. */
function isPreflight({ method, headers }: Request): boolean {
  return method === "OPTIONS" && headers.has("access-control-request-method");
}

/** The answer to a preflight of an allowed page: for any path, and before authentication. */
function answerPreflight(request: Request, cors: Cors): Response {
  const asked = request.headers.get("access-control-request-headers") ?? "";
  const names = asked.split(",").map((name) => name.trim().toLowerCase());
  const allowed = names.filter((name) => cors.allowHeaders.has(name) || /^statefun-/.test(name));
  const headers = new Headers({
    "access-control-allow-methods": cors.admin
      ? "GET, HEAD, POST, PUT, DELETE"
      : "GET, HEAD, POST, PUT",
    "access-control-max-age": String(cors.maxAgeSeconds),
    vary: "Access-Control-Request-Headers",
  });
  if (allowed.length > 0) headers.set("access-control-allow-headers", allowed.join(", "));
  return withCors(new Response(null, { status: 204, headers }), request, cors);
}

/** The answer as a page of another origin may read it: errors too, which would be a riddle otherwise. */
function withCors(response: Response, request: Request, cors: Cors): Response {
  const { headers } = response;
  const origin = cors.origins === "any" ? "*" : request.headers.get("origin");
  // A cache in between must not give one page the answer of another, or that of a program. Where any page may read,
  // all of them get the same.
  if (cors.origins !== "any") headers.append("vary", "Origin");
  if (origin === null || !isAllowed(origin, cors)) return response;
  headers.set("access-control-allow-origin", origin);
  if (cors.credentials) headers.set("access-control-allow-credentials", "true");
  headers.set("access-control-expose-headers", cors.exposeHeaders.join(", "));
  return response;
}
