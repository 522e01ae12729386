import type { RequestHead } from "../http/request-head.ts";
import { StateFunError } from "../internal/errors.ts";
import type { Answered } from "./answers.ts";
import type { Cors } from "./cors-options.ts";
import type { ResolvedSurfaceOptions } from "./options.ts";
import { isForeign, type Origins } from "./origins.ts";
import { routeOf } from "./path.ts";

type Respond = (request: Request) => Promise<Answered>;

/** A surface whose answers pages of other origins may read, except those of the admin routes. */
export function openedToPages(
  respond: Respond,
  { cors, basePath }: ResolvedSurfaceOptions,
): Respond {
  if (cors === undefined) return respond;
  return async (request) => {
    if (!cors.admin && routeOf(request, basePath) === "admin") return respond(request);
    const isAsked = isPreflight(request) && isAllowed(request.headers.get("origin"), cors);
    if (isAsked) return answerPreflight(request, cors);
    return withCors(await respond(request), request, cors);
  };
}

/** Throws `unauthenticated` for what a refused page sends. */
export function assertOwnPage(head: RequestHead, options: ResolvedSurfaceOptions): void {
  if (!isRefusedPage(head, options)) return;
  throw new StateFunError("unauthenticated", "requests from pages of other origins are refused");
}

/**
 * Whether a refused page sends this. If browsers send credentials by themselves, or there are none, it could be
 * any page that a user has open.
 */
function isRefusedPage(
  head: RequestHead,
  { authenticate, cors, origins, basePath }: ResolvedSurfaceOptions,
): boolean {
  if (authenticate !== undefined && cors?.credentials !== true) return false;
  const isCors = cors !== undefined && (cors.admin || routeOf(head, basePath) !== "admin");
  return isForeign(head, isCors ? both(origins, cors.origins) : origins);
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
export function withCors<A extends Answered>(
  answered: A,
  head: RequestHead,
  cors: Cors | undefined,
): A {
  if (cors === undefined) return answered;
  const more = corsHeaders(head, cors);
  // The answer with more headers is of the same type.
  if (!(answered instanceof Response)) {
    return { ...answered, headers: { ...answered.headers, ...more } };
  }
  for (const [name, value] of Object.entries(more)) {
    if (name === "vary") answered.headers.append(name, value);
    else answered.headers.set(name, value);
  }
  return answered;
}

function corsHeaders({ headers }: RequestHead, cors: Cors): Readonly<Record<string, string>> {
  const origin = cors.origins === "any" ? "*" : headers.get("origin");
  // A cache in between must not give one page the answer of another, or that of a program. Where any page may read,
  // all of them get the same.
  const vary = cors.origins === "any" ? {} : { vary: "Origin" };
  if (origin === null || !isAllowed(origin, cors)) return vary;
  return {
    ...vary,
    "access-control-allow-origin": origin,
    ...(cors.credentials ? { "access-control-allow-credentials": "true" } : {}),
    "access-control-expose-headers": cors.exposeHeaders.join(", "),
  };
}
