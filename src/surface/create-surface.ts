import { NonRetryableError, StateFunError } from "../internal/errors.ts";
import { didYouMean } from "../internal/nearest.ts";
import { reasonOf, show } from "../internal/show.ts";
import type { createAdmin } from "./admin/admin.ts";
import { answerError, methodNotAllowed, notFound } from "./answers.ts";
import { type Exposure, exposureOf, unknownFunction } from "./exposure.ts";
import { guarded } from "./guarded.ts";
import type { Authenticate, ResolvedSurfaceOptions } from "./options.ts";
import { isForeign, type Origins } from "./origins.ts";
import { partsOf } from "./path.ts";
import { egressRoute } from "./routes/egress-route.ts";
import { healthRoute, livenessRoute } from "./routes/health-route.ts";
import { ingressRoute } from "./routes/ingress-route.ts";
import type { SurfaceHost } from "./surface-host.ts";

/** How long health waits for `authenticate`. */
const trustMs = 1_000;

/** What a surface needs beside its host and its options. */
export interface SurfaceSettings {
  readonly maxMessageBytes: number;
  /** Is given what nobody foresaw. */
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
  const { admin: operators, origins, basePath, errorDetail } = options;
  const admin = operators && lazyAdmin(host, origins, operators.authenticate);
  const surface = { host, options, settings, exposure, isOpen, admin };
  // Probes and operators, who have limits of their own, are answered while all places are taken.
  const isExempt = ({ url }: Request): boolean =>
    /^\/(health|admin)(\/|$)/.test(new URL(url).pathname.slice(basePath.length));
  return guarded((request) => route(surface, request), settings.onError, errorDetail, isExempt);
}

type Admin = ReturnType<typeof createAdmin>;

/** Loaded with the first request of an operator: most applications never get one. */
function lazyAdmin(
  host: SurfaceHost,
  origins: Origins,
  authenticate: Authenticate | undefined,
): Admin {
  const assertIn = async (request: Request): Promise<void> => {
    if (authenticate !== undefined && !(await isIn(authenticate, request))) throw notIn();
  };
  let admin: Promise<Admin> | undefined;
  return async (...asked) => {
    admin ??= import("./admin/admin.ts").then(({ createAdmin }) =>
      createAdmin({ host, origins, assertIn }),
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
  const url = new URL(request.url);
  const { pathname } = url;
  const parts = partsOf(pathname, options.basePath);
  const [first, ...rest] = parts ?? [];
  const isLiveness = rest[0] === "live" && rest.length === 1;
  if (first === "health" && (rest.length === 0 || isLiveness)) {
    if (!isRead(request)) return methodNotAllowed(request.method, "GET, HEAD");
    if (isLiveness) return livenessRoute(host);
    return healthRoute(host, await isTrusted(options, request));
  }
  if (first === "admin" && admin !== undefined) return admin(request, rest, url.searchParams);
  if (first === undefined || !isOpen) return notFound(pathname);
  await assertIn(options.authenticate, request, options);
  const [namespace, name, id, ...more] = rest;
  const typename = `${namespace}/${name}`;
  // An endpoint of a whole namespace would take any name, those too that no function can have.
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
    return egressRoute(request, url.searchParams, egress, host);
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
  // A page of another origin brings the credentials of the browser's user, not its own.
  if (isForeign(request, origins)) return false;
  if (typeof figures === "boolean") return figures;
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A probe is answered, whatever becomes of the question.
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, trustMs, false);
  });
  try {
    return await Promise.race([isIn(figures, request), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

async function isIn(authenticate: Authenticate, request: Request): Promise<boolean> {
  try {
    return (await authenticate(request)) === true;
  } catch (cause) {
    if (!(cause instanceof StateFunError)) throw cause;
    // One of ours would be answered, with a text about something that the caller has not asked for.
    throw new NonRetryableError(`authenticate threw: ${reasonOf(cause)}`, { cause });
  }
}

async function assertIn(
  authenticate: Authenticate | undefined,
  request: Request,
  { origins }: ResolvedSurfaceOptions,
): Promise<void> {
  if (authenticate === undefined) {
    if (isRead(request) || !isForeign(request, origins)) return;
    throw new StateFunError("unauthenticated", "pages of other origins are not let in");
  }
  if (!(await isIn(authenticate, request))) throw notIn();
}

function notIn(): StateFunError {
  return new StateFunError("unauthenticated", "the request was not let in");
}
