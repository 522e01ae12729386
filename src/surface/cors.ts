import type { RequestHead } from "../http/request-head.ts";
import { StateFunError } from "../internal/errors.ts";
import { responseOf, type SurfaceResponse } from "./answers.ts";
import type { Cors } from "./cors-options.ts";
import type { ResolvedSurfaceOptions } from "./options.ts";
import { isForeign, type Origins } from "./origins.ts";
import { isOperators, routeOf } from "./path.ts";

type Respond = (request: Request) => Promise<SurfaceResponse>;

/** A surface whose answers pages of other origins may read, except those of the admin routes. */
export function openedToPages(
  respond: Respond,
  { cors, basePath }: ResolvedSurfaceOptions,
): Respond {
  if (cors === undefined) return respond;
  return async (request) => {
    if (!cors.admin && isOperators(routeOf(request, basePath))) return respond(request);
    const isAsked = isPreflight(request) && isAllowed(request.headers.get("origin"), cors);
    const response = isAsked ? answerPreflight(request, cors) : responseOf(await respond(request));
    addCors(response.headers, request, cors);
    return response;
  };
}

/**
 * Throws `unauthenticated` for what a refused page sends. If browsers send credentials by themselves, or there are
 * none, it could be any page that a user has open.
 */
export function assertOwnPage(head: RequestHead, options: ResolvedSurfaceOptions): void {
  const { authenticate, cors } = options;
  const isAsked = authenticate !== undefined && cors?.credentials !== true;
  if (isAsked && !hasAmbientCredentials(head)) return;
  if (!isForeign(head, allowedOrigins(options))) return;
  throw new StateFunError("unauthenticated", "requests from pages of other origins are refused");
}

/** Origins of pages that may send to functions and look at what is not the administrator's. */
export function allowedOrigins({ origins, cors }: ResolvedSurfaceOptions): Origins {
  if (cors === undefined) return origins;
  return origins === "any" || cors.origins === "any" ? "any" : [...origins, ...cors.origins];
}

/**
 * Whether the request may have credentials that a browser adds by itself, to requests of any page. A page that sends a token of
 * its own needs the server's permission first.
 */
function hasAmbientCredentials({ headers }: RequestHead): boolean {
  const scheme = headers.get("authorization");
  return headers.get("cookie") !== null || (scheme !== null && !/^bearer /i.test(scheme));
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
  return new Response(null, { status: 204, headers });
}

/** Headers of an answer that a page of another origin may read: of errors too, which would be a riddle otherwise. */
export function addCors(headers: Headers, head: RequestHead, cors: Cors): void {
  const origin = cors.origins === "any" ? "*" : head.headers.get("origin");
  // A cache in between must not give one page the answer of another, or that of a program. Where any page may read,
  // all of them get the same.
  if (cors.origins !== "any") headers.append("vary", "Origin");
  if (origin === null || !isAllowed(origin, cors)) return;
  headers.set("access-control-allow-origin", origin);
  if (cors.credentials) headers.set("access-control-allow-credentials", "true");
  headers.set("access-control-expose-headers", cors.exposeHeaders.join(", "));
}
