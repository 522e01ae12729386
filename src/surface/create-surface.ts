import { inBodyTime, readBody } from "../http/read-body.ts";
import { requestUrl } from "../http/request-url.ts";
import { inTime } from "../internal/deadline.ts";
import { StateFunError } from "../internal/errors.ts";
import { didYouMean } from "../internal/nearest.ts";
import { show } from "../internal/show.ts";
import { inTimeToArrive, isIn, watchOf } from "./admission.ts";
import {
  answerError,
  answerJson,
  methodNotAllowed,
  notFound,
  responseOf,
  type SurfaceResponse,
} from "./answers.ts";
import { allowedOrigins, assertOwnPage, openedToPages } from "./cors.ts";
import { type Exposure, exposureOf, unknownFunction } from "./exposure.ts";
import type { ResolvedSurfaceOptions } from "./options.ts";
import { isForeign } from "./origins.ts";
import { isOperators, partsOf, routeOf } from "./path.ts";
import { answerFull, createRequestGuard, type RequestGuard } from "./request-guard.ts";
import { egressRoute } from "./routes/egress-route.ts";
import { healthRoute, livenessRoute } from "./routes/health-route.ts";
import { createIngress, type Ingress } from "./routes/ingress-route.ts";
import type { SurfaceHost } from "./surface-host.ts";

/** How long health waits for `authenticate`. */
const trustMs = 1_000;

/** What a surface needs beside its host and its options. */
export interface SurfaceSettings {
  readonly maxMessageBytes: number;
  readonly maxStateBytes: number;
  /** Gets unexpected errors. */
  readonly onError: (error: unknown) => void;
}

/** The routes for operators. */
export type Admin = (
  request: Request,
  parts: readonly string[],
  query: URLSearchParams,
) => Promise<SurfaceResponse>;

/** What the routes of a surface share. */
export interface Surface {
  readonly host: SurfaceHost;
  readonly options: ResolvedSurfaceOptions;
  readonly exposure: Exposure;
  readonly ingress: Ingress;
  readonly guard: RequestGuard;
  readonly settings: SurfaceSettings;
  /** Undefined is off. */
  readonly admin: Admin | undefined;
  /** What it answers to a request, before a `Response` is made of it. Never rejects. */
  readonly respond: (request: Request) => Promise<SurfaceResponse>;
}

/**
 * Serves an application over HTTP. Never rejects.
 *
 * Nothing is reachable but what is exposed, and then after `authenticate` said `true`; health alone says
 * whether it is up to everybody.
 */
export function createSurface(
  host: SurfaceHost,
  options: ResolvedSurfaceOptions,
  settings: SurfaceSettings,
): (request: Request) => Promise<Response> {
  const { respond } = surfaceOf(host, options, settings);
  return async (request) => responseOf(await respond(request));
}

export function surfaceOf(
  host: SurfaceHost,
  options: ResolvedSurfaceOptions,
  settings: SurfaceSettings,
): Surface {
  const { admin: operators, errorDetail } = options;
  const guard = createRequestGuard(settings.onError, errorDetail);
  const admin = operators && lazyAdmin(host, options, settings, guard);
  // Probes and operators, who have their own limits, are answered while all places are taken.
  const isExempt = (request: Request): boolean => {
    const route = routeOf(request, options.basePath);
    return route === "health" || (admin !== undefined && isOperators(route));
  };
  const surface: Surface = {
    host,
    options,
    settings,
    exposure: exposureOf(options, host),
    ingress: createIngress(host, settings.maxMessageBytes, errorDetail),
    guard,
    admin,
    respond: openedToPages(
      async (request) =>
        guard.isFull() && !isExempt(request)
          ? answerFull()
          : guard.run(request, () => route(surface, request)),
      options,
    ),
  };
  return surface;
}

/** Loaded with the first request of an operator: most applications never get one. */
function lazyAdmin(
  host: SurfaceHost,
  options: ResolvedSurfaceOptions,
  settings: SurfaceSettings,
  guard: RequestGuard,
): Admin {
  let admin: Promise<Admin> | undefined;
  return async (...asked) => {
    admin ??= import("./admin/admin.ts").then(({ createAdmin }) =>
      createAdmin({ host, options, ...settings }, guard),
    );
    return (await admin)(...asked);
  };
}

async function route(surface: Surface, request: Request): Promise<SurfaceResponse> {
  const { options, host, admin } = surface;
  const url = requestUrl(request);
  if (url === undefined) {
    return answerError(
      400,
      "invalid_argument",
      "the Host header and the request target do not form a valid URL",
    );
  }
  const { pathname } = url;
  const parts = partsOf(pathname, options.basePath);
  const [first, ...rest] = parts ?? [];
  const isLiveness = rest[0] === "live" && rest.length === 1;
  if (first === "health" && (rest.length === 0 || isLiveness)) {
    // HAProxy uses OPTIONS by default.
    const isProbe = isRead(request) || request.method === "OPTIONS";
    if (!isProbe) return methodNotAllowed(request.method, "GET, HEAD, OPTIONS");
    if (isLiveness) return livenessRoute(host);
    return healthRoute(host, await isTrusted(options, request));
  }
  if (admin !== undefined && isOperators(first)) {
    const page = first === "admin" && rest[0] === "console" ? options.admin?.console : undefined;
    // Its files hold no data: they need no credentials, and a link on a page of another site may lead there.
    if (page !== undefined) return page["~console"](request, rest.slice(1));
    return admin(request, parts ?? [], url.searchParams);
  }
  // "all" is not empty either.
  if (first === undefined || options.expose.length === 0) return notFound(pathname);
  if (!isRead(request)) assertOwnPage(request, options);
  await assertAuthentic(request, surface);
  if (first === "openapi.json" && rest.length === 0) return openapiRoute(surface, request);
  const [namespace, name, id, ...more] = rest;
  const typename = `${namespace}/${name}`;
  // An endpoint of a whole namespace would accept any name, even names that no function can have.
  if (namespace === "" || name === "" || name === "*") return notFound(pathname);
  if (first === "functions" && id !== undefined && more.length === 0) {
    return functionRoute(surface, request, typename, id);
  }
  if (first === "egresses" && name !== undefined && id === undefined) {
    const egress = surface.exposure.egressOf(typename);
    if (egress === undefined) {
      const hint = didYouMean(typename, surface.exposure.egressNames());
      const text = `no egress ${show(typename)} can be read here${hint}`;
      return answerError(404, "unknown_egress", text);
    }
    if (!isRead(request)) return methodNotAllowed(request.method, "GET, HEAD");
    return egressRoute(
      request,
      url.searchParams,
      egress,
      host,
      watchOf(request, options, surface.settings.onError),
    );
  }
  return notFound(pathname);
}

async function functionRoute(
  { exposure, ingress, settings, options }: Surface,
  request: Request,
  typename: string,
  id: string,
): Promise<SurfaceResponse> {
  const { method } = request;
  const fn = exposure.functionOf(typename);
  if (fn === undefined) throw unknownFunction(typename, exposure.functionNames());
  if (method !== "POST" && method !== "PUT") return methodNotAllowed(method, "POST, PUT");
  const take = ingress(request, fn, id);
  const body = await inBodyTime(options.bodyTimeoutMs, (time) =>
    readBody(request, settings.maxMessageBytes, "maxMessageBytes", time),
  );
  return take(body);
}

/** Loaded with its first request, as the routes for operators are. */
async function openapiRoute(
  { exposure, options }: Surface,
  request: Request,
): Promise<SurfaceResponse> {
  if (!isRead(request)) return methodNotAllowed(request.method, "GET, HEAD");
  const { applicationDocument } = await import("./openapi/application-document.ts");
  return answerJson(200, applicationDocument(exposure, options), { "cache-control": "no-store" });
}

function isRead({ method }: Request): boolean {
  return method === "GET" || method === "HEAD";
}

/** Whether a request also sees the figures of health. */
async function isTrusted(options: ResolvedSurfaceOptions, request: Request): Promise<boolean> {
  // A page of another origin sends the credentials of the browser's user, not its own.
  if (isForeign(request, allowedOrigins(options))) return false;
  const { figures } = options;
  if (typeof figures === "boolean") return figures;
  // A probe gets an answer, whatever happens to the check.
  return inTime(trustMs, isIn(figures, request), () => false).catch(() => false);
}

async function assertAuthentic(
  request: Request,
  { options: { authenticate, bodyTimeoutMs }, settings: { onError } }: Surface,
): Promise<void> {
  if (authenticate === undefined) return;
  // It may read the body too, for a signature.
  const ask = () => isIn(authenticate, request);
  if (await inTimeToArrive(request, bodyTimeoutMs, ask, onError)) return;
  throw new StateFunError("unauthenticated", "authentication failed");
}
