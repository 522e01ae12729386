import type { RequestHead } from "../http/request-head.ts";
import { allowDirect, type BodyReceiver, type BufferedResponse } from "../http/server-hints.ts";
import { responseOf } from "./answers.ts";
import { addCors, allowedOrigins, assertOwnPage } from "./cors.ts";
import type { Cors } from "./cors-options.ts";
import { type Surface, type SurfaceSettings, surfaceOf } from "./create-surface.ts";
import type { ResolvedSurfaceOptions } from "./options.ts";
import { isForeign } from "./origins.ts";
import { partsOf, plainPathOf } from "./path.ts";
import { healthRoute, livenessRoute } from "./routes/health-route.ts";
import type { TakeBody } from "./routes/ingress-route.ts";
import type { SurfaceHost } from "./surface-host.ts";

type Fetch = (request: Request) => Promise<Response>;

/**
 * A surface as `createSurface` makes it. Also attaches to `outside`, the function that the user passes to `serve`, how to
 * answer without a `Request`.
 */
export function directSurface(
  outside: Fetch,
  host: SurfaceHost,
  options: ResolvedSurfaceOptions,
  settings: SurfaceSettings,
): Fetch {
  const surface = surfaceOf(host, options, settings);
  const { respond } = surface;
  allowDirect(outside, {
    maxBodyBytes: settings.maxMessageBytes,
    bodyTimeoutMs: options.bodyTimeoutMs,
    begin: (head) => begin(surface, head),
    respond,
  });
  return async (request) => responseOf(await respond(request));
}

/**
 * What answers a request that is like most: to a function, or for health, and without anything to refuse in its head.
 * All others are left to the way of a `Request`, which says what is wrong with them.
 */
function begin(surface: Surface, head: RequestHead): BodyReceiver | undefined {
  const { guard, options } = surface;
  const path = plainPathOf(head.url);
  if (path === undefined || guard.isFull()) return undefined;
  try {
    const work = workOf(surface, head, path);
    if (work === undefined) return undefined;
    // From here on it counts among those that run.
    guard.enter();
    const { cors } = options;
    const end = (take: () => Promise<BufferedResponse>): Promise<BufferedResponse> => {
      const answered = guard.finish(head, take);
      return cors === undefined ? answered : answered.then((one) => opened(one, head, cors));
    };
    return {
      answer: (bytes) => end(() => work(bytes)),
      refuse: (error) => end(() => Promise.reject(error)),
    };
  } catch {
    return undefined;
  }
}

function workOf(surface: Surface, head: RequestHead, path: string): TakeBody | undefined {
  const { host, options, exposure, ingress } = surface;
  const { figures, authenticate, basePath } = options;
  const { method } = head;
  const isSend = method === "POST" || method === "PUT";
  const [first, second, name, id, ...more] = partsOf(path, basePath) ?? [];
  if (first === "health" && !isSend && name === undefined) {
    if (second === "live") return () => livenessRoute(host);
    // Whoever asks for credentials is given a `Request`.
    if (second !== undefined || typeof figures === "function") return undefined;
    return () => healthRoute(host, figures && !isForeign(head, allowedOrigins(options)));
  }
  if (first !== "functions" || !isSend || authenticate !== undefined) return undefined;
  if (!second || !name || name === "*" || id === undefined || more.length > 0) return undefined;
  const fn = exposure.functionOf(`${second}/${name}`);
  if (fn === undefined) return undefined;
  assertOwnPage(head, options);
  return ingress(head, fn, id);
}

/** The same answer, for pages of other origins as well. */
function opened(answer: BufferedResponse, head: RequestHead, cors: Cors): BufferedResponse {
  const headers = new Headers(answer.headers);
  addCors(headers, head, cors);
  return { ...answer, headers: Object.fromEntries(headers) };
}
