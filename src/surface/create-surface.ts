import { inBodyTime } from "../http/read-body.ts";
import { requestUrl } from "../http/request-url.ts";
import { inTime } from "../internal/deadline.ts";
import { StateFunError } from "../internal/errors.ts";
import { didYouMean } from "../internal/nearest.ts";
import { show } from "../internal/show.ts";
import type { createAdmin } from "./admin/admin.ts";
import { isIn, watchOf } from "./admission.ts";
import { answerError, methodNotAllowed, notFound } from "./answers.ts";
import { isRefusedPage, openedToPages } from "./cors.ts";
import { type Exposure, exposureOf, unknownFunction } from "./exposure.ts";
import { guarded } from "./guarded.ts";
import type { Authenticate, ResolvedSurfaceOptions } from "./options.ts";
import { isForeign } from "./origins.ts";
import { partsOf, routeOf } from "./path.ts";
import { egressRoute } from "./routes/egress-route.ts";
import { healthRoute, livenessRoute } from "./routes/health-route.ts";
import { ingressRoute } from "./routes/ingress-route.ts";
import type { SurfaceHost } from "./surface-host.ts";

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
  host: SurfaceHost,
  options: ResolvedSurfaceOptions,
  settings: SurfaceSettings,
): (request: Request) => Promise<Response> {
  const exposure = exposureOf(options, host);
  const isOpen = options.expose === "all" || options.expose.length > 0;
  const { admin: operators, basePath, errorDetail } = options;
  const admin = operators && lazyAdmin(host, options, operators.authenticate);
  const surface = { host, options, settings, exposure, isOpen, admin };
  // Probes and operators, who have their own limits, are answered while all places are taken.
  const isExempt = (request: Request): boolean => {
    const route = routeOf(request, basePath);
    return route === "health" || (route === "admin" && admin !== undefined);
  };
  const fetch = guarded(
    (request) => route(surface, request),
    settings.onError,
    errorDetail,
    isExempt,
  );
  return openedToPages(fetch, options);
}

type Admin = ReturnType<typeof createAdmin>;

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

interface Surface {
  readonly host: SurfaceHost;
  readonly options: ResolvedSurfaceOptions;
  readonly settings: SurfaceSettings;
  readonly exposure: Exposure;
  /** Anything is exposed. */
  readonly isOpen: boolean;
  /** Undefined is off. */
  readonly admin: Admin | undefined;
}

async function route(surface: Surface, request: Request): Promise<Response> {
  const { options, host, isOpen, admin } = surface;
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
  if (first === "admin" && admin !== undefined) return admin(request, rest, url.searchParams);
  if (first === undefined || !isOpen) return notFound(pathname);
  await assertIn(options.authenticate, request, options);
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
  { exposure, host, settings, options }: Surface,
  request: Request,
  typename: string,
  id: string,
): Promise<Response> {
  const { method } = request;
  const fn = exposure.functionOf(typename);
  if (fn === undefined) throw unknownFunction(typename, exposure.functionNames());
  if (method !== "POST" && method !== "PUT") return methodNotAllowed(method, "POST, PUT");
  return ingressRoute(request, fn, id, host, {
    maxMessageBytes: settings.maxMessageBytes,
    errorDetail: options.errorDetail,
    bodyTimeoutMs: options.bodyTimeoutMs,
  });
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

async function assertIn(
  authenticate: Authenticate | undefined,
  request: Request,
  options: ResolvedSurfaceOptions,
): Promise<void> {
  if (!isRead(request) && isRefusedPage(request, authenticate, options)) {
    throw new StateFunError("unauthenticated", "requests from pages of other origins are refused");
  }
  await assertAuthentic(request, authenticate, options.bodyTimeoutMs);
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
