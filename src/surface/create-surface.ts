import { inBodyTime, readBody } from "../http/read-body.ts";
import { requestUrl } from "../http/request-url.ts";
import { inTime } from "../internal/deadline.ts";
import { StateFunError } from "../internal/errors.ts";
import { didYouMean } from "../internal/nearest.ts";
import { show } from "../internal/show.ts";
import { isIn, watchOf } from "./admission.ts";
import { type Answered, answerError, methodNotAllowed, notFound, responseOf } from "./answers.ts";
import { assertOwnPage, openedToPages } from "./cors.ts";
import { exposureOf, unknownFunction } from "./exposure.ts";
import { answerFull, createGuard } from "./guarded.ts";
import type { Authenticate, ResolvedSurfaceOptions } from "./options.ts";
import { isForeign } from "./origins.ts";
import { routeOf } from "./path.ts";
import { egressRoute } from "./routes/egress-route.ts";
import { healthRoute, livenessRoute } from "./routes/health-route.ts";
import { createIngress } from "./routes/ingress-route.ts";
import type { SurfaceHost } from "./surface-host.ts";
import { type Admin, type Named, namedBy, type Surface, wayOf } from "./ways.ts";

/** How long health waits for `authenticate`. */
const trustMs = 1_000;

/** What a surface needs beside its host and its options. */
export interface SurfaceSettings {
  readonly maxMessageBytes: number;
  /** Gets unexpected errors. */
  readonly onError: (error: unknown) => void;
}

/**
 * Serves an application over HTTP. Never rejects.
 *
 * Nothing is reachable but what is exposed, and then after `authenticate` said `true`; health alone says
 * whether it is up to everybody.
 */
export function createSurface(
  ...parts: Parameters<typeof surfaceOf>
): (request: Request) => Promise<Response> {
  const respond = respondTo(surfaceOf(...parts));
  return async (request) => responseOf(await respond(request));
}

export function surfaceOf(
  host: SurfaceHost,
  options: ResolvedSurfaceOptions,
  { maxMessageBytes, onError }: SurfaceSettings,
): Surface {
  const { admin: operators, errorDetail, expose } = options;
  return {
    host,
    options,
    exposure: exposureOf(options, host),
    ingress: createIngress(host, { maxMessageBytes, errorDetail }),
    guard: createGuard(onError, errorDetail),
    onError,
    maxMessageBytes,
    isOpen: expose === "all" || expose.length > 0,
    admin: operators && lazyAdmin(host, options, operators.authenticate),
  };
}

/** What a surface answers to a request, before a `Response` is made of it. Never rejects. */
export function respondTo(surface: Surface): (request: Request) => Promise<Answered> {
  const { guard, admin, options } = surface;
  // Probes and operators, who have their own limits, are answered while all places are taken.
  const isExempt = (request: Request): boolean => {
    const route = routeOf(request, options.basePath);
    return route === "health" || (route === "admin" && admin !== undefined);
  };
  return openedToPages(
    async (request) =>
      guard.isFull() && !isExempt(request)
        ? answerFull()
        : guard.run(request, () => route(surface, request)),
    options,
  );
}

/** Loaded with the first request of an operator: most applications never get one. */
function lazyAdmin(
  host: SurfaceHost,
  { origins, cors, bodyTimeoutMs }: ResolvedSurfaceOptions,
  authenticate: Authenticate | undefined,
): Admin {
  const assertIn = (request: Request): Promise<void> =>
    assertAuthentic(request, authenticate, bodyTimeoutMs);
  const pages = cors?.admin === true ? cors.origins : [];
  let admin: Promise<Admin> | undefined;
  return async (...asked) => {
    admin ??= import("./admin/admin.ts").then(({ createAdmin }) =>
      createAdmin({ host, origins, pages, assertIn }),
    );
    return (await admin)(...asked);
  };
}

async function route(surface: Surface, request: Request): Promise<Answered> {
  const { options, host } = surface;
  const url = requestUrl(request);
  if (url === undefined) {
    return answerError(
      400,
      "invalid_argument",
      "the Host header and the request target do not form a valid URL",
    );
  }
  const way = wayOf(surface, url.pathname);
  if (way === undefined) return notFound(url.pathname);
  if (way.to === "health") {
    // HAProxy uses OPTIONS by default.
    const isProbe = isRead(request) || request.method === "OPTIONS";
    if (!isProbe) return methodNotAllowed(request.method, "GET, HEAD, OPTIONS");
    if (way.isLiveness) return livenessRoute(host);
    return healthRoute(host, await isTrusted(options, request));
  }
  if (way.to === "admin") return way.admin(request, way.parts, url.searchParams);
  if (!isRead(request)) assertOwnPage(request, options);
  await assertAuthentic(request, options.authenticate, options.bodyTimeoutMs);
  const named = namedBy(way.parts);
  if (named === undefined) return notFound(url.pathname);
  if (named.kind === "function") return functionRoute(surface, request, named);
  const egress = surface.exposure.egressOf(named.typename);
  if (egress === undefined) {
    const hint = didYouMean(named.typename, surface.exposure.egressNames());
    const text = `no egress ${show(named.typename)} can be read here${hint}`;
    return answerError(404, "unknown_egress", text);
  }
  if (!isRead(request)) return methodNotAllowed(request.method, "GET, HEAD");
  const watch = watchOf(request, options, surface.onError);
  return egressRoute(request, url.searchParams, egress, host, watch);
}

async function functionRoute(
  { exposure, ingress, maxMessageBytes, options: { bodyTimeoutMs } }: Surface,
  request: Request,
  { typename, id }: Named,
): Promise<Answered> {
  const { method } = request;
  const fn = exposure.functionOf(typename);
  if (fn === undefined) throw unknownFunction(typename, exposure.functionNames());
  if (method !== "POST" && method !== "PUT") return methodNotAllowed(method, "POST, PUT");
  const announced = ingress.announced(request, fn, id);
  const body = await inBodyTime(bodyTimeoutMs, (time) =>
    readBody(request, maxMessageBytes, "maxMessageBytes", time),
  );
  return ingress.take(announced, body, request);
}

function isRead({ method }: Request): boolean {
  return method === "GET" || method === "HEAD";
}

/** Whether a request also sees the figures of health. */
async function isTrusted(
  { figures, origins }: ResolvedSurfaceOptions,
  request: Request,
): Promise<boolean> {
  // A page of another origin sends the credentials of the browser's user, not its own.
  if (isForeign(request, origins)) return false;
  if (typeof figures === "boolean") return figures;
  // A probe gets an answer, whatever happens to the check.
  return inTime(trustMs, isIn(figures, request), () => false).catch(() => false);
}

async function assertAuthentic(
  request: Request,
  authenticate: Authenticate | undefined,
  timeoutMs: number,
): Promise<void> {
  if (authenticate === undefined) return;
  // It may read the body too, for a signature.
  if (await inBodyTime(timeoutMs, () => isIn(authenticate, request))) return;
  throw new StateFunError("unauthenticated", "authentication failed");
}
