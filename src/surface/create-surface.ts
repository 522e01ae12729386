import { inBodyTime } from "../handler/read-body.ts";
import { requestUrl } from "../handler/request-url.ts";
import { StateFunError } from "../internal/errors.ts";
import { didYouMean } from "../internal/nearest.ts";
import { show } from "../internal/show.ts";
import {
  deadLetterRoute,
  deadLettersRoute,
  functionsRoute,
  instanceRoute,
} from "./admin-routes.ts";
import { isIn, watchOf } from "./admission.ts";
import { answerError, methodNotAllowed, notFound } from "./answers.ts";
import { isRefusedPage, openedToPages } from "./cors.ts";
import { egressRoute } from "./egress-route.ts";
import { type Exposure, exposureOf } from "./exposure.ts";
import { guarded } from "./guarded.ts";
import { healthRoute } from "./health-route.ts";
import { ingressRoute } from "./ingress-route.ts";
import type { Authenticate, ResolvedSurfaceOptions } from "./options.ts";
import { partsOf } from "./path.ts";
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
  const surface = { host, options, settings, exposure, isOpen };
  const { errorDetail } = options;
  const fetch = guarded((request) => route(surface, request), settings.onError, errorDetail);
  return openedToPages(fetch, options);
}

interface Surface {
  readonly host: SurfaceHost;
  readonly options: ResolvedSurfaceOptions;
  readonly settings: SurfaceSettings;
  readonly exposure: Exposure;
  /** Anything is exposed. */
  readonly isOpen: boolean;
}

async function route(surface: Surface, request: Request): Promise<Response> {
  const { options, host, isOpen } = surface;
  const url = requestUrl(request);
  if (url === undefined) {
    return answerError(400, "invalid_argument", "the Host or the target is not that of a URL");
  }
  const { pathname } = url;
  const parts = partsOf(pathname, options.basePath);
  const [first, ...rest] = parts ?? [];
  if (first === "health" && rest.length === 0) {
    // HAProxy asks by OPTIONS unless it is told otherwise.
    const isProbe = isRead(request) || request.method === "OPTIONS";
    if (!isProbe) return methodNotAllowed(request.method, "GET, HEAD, OPTIONS");
    return healthRoute(host, await isTrusted(options, request));
  }
  if (first === "admin" && options.admin !== undefined) {
    await assertIn(options.admin.authenticate, request, options);
    return adminRoute(surface, request, rest, url.searchParams);
  }
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

async function adminRoute(
  { host }: Surface,
  request: Request,
  parts: readonly string[],
  query: URLSearchParams,
): Promise<Response> {
  const { method } = request;
  const [kind, ...rest] = parts;
  if (kind === "dead-letters" && rest[0] !== undefined) {
    const [id, action, ...more] = rest;
    const isReplay = action === "replay" && more.length === 0;
    if (isReplay) {
      if (method !== "POST") return methodNotAllowed(method, "POST");
      return deadLetterRoute(id, "replay", host);
    }
    if (action === undefined) {
      if (method !== "DELETE") return methodNotAllowed(method, "DELETE");
      return deadLetterRoute(id, "discard", host);
    }
  }
  const [namespace, name, id, ...more] = rest;
  const isInstance = kind === "instances" && id !== undefined && more.length === 0;
  const isList = (kind === "functions" || kind === "dead-letters") && rest.length === 0;
  if (!isInstance && !isList) return notFound(`/admin/${parts.join("/")}`);
  if (!isRead(request)) return methodNotAllowed(method, "GET, HEAD");
  if (kind === "functions") return functionsRoute(host);
  if (kind === "dead-letters") return deadLettersRoute(query, host);
  const typename = `${namespace}/${name}`;
  const fn = host.functionOf(typename);
  if (fn === undefined) {
    throw unknownFunction(
      typename,
      Array.from(host.functions(), (one) => one.typename),
    );
  }
  return instanceRoute(fn, id ?? "", host);
}

function isRead({ method }: Request): boolean {
  return method === "GET" || method === "HEAD";
}

/** `known` is what whoever asks may reach: nothing else is named to them. */
function unknownFunction(typename: string, known: Iterable<string>): StateFunError {
  const hint = didYouMean(typename, known);
  const text = `no function ${show(typename)} can be reached here${hint}`;
  return new StateFunError("unknown_function", text);
}

/** Health is said to everybody; who may come in, or anybody where nobody is kept out, is told more. */
async function isTrusted(
  { authenticate, admin }: ResolvedSurfaceOptions,
  request: Request,
): Promise<boolean> {
  // Where operators show who they are, what is for them is not for everybody.
  const asked = authenticate ?? admin?.authenticate;
  if (asked === undefined) return true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A probe is answered, whatever becomes of the question.
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, trustMs, false);
  });
  try {
    return await Promise.race([isIn(asked, request), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

async function assertIn(
  authenticate: Authenticate | undefined,
  request: Request,
  options: ResolvedSurfaceOptions,
): Promise<void> {
  if (!isRead(request) && isRefusedPage(request, authenticate, options)) {
    throw new StateFunError("unauthenticated", "pages of other origins are not let in");
  }
  if (authenticate === undefined) return;
  // It may read the body too, for a signature.
  if (await inBodyTime(options.bodyTimeoutMs, () => isIn(authenticate, request))) return;
  throw new StateFunError("unauthenticated", "the request was not let in");
}
