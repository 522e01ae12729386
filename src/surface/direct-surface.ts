import type { RequestHead } from "../http/request-head.ts";
import { type Answer, allowDirect, type Exchange } from "../http/server-hints.ts";
import { responseOf } from "./answers.ts";
import { assertOwnPage, withCors } from "./cors.ts";
import { respondTo, surfaceOf } from "./create-surface.ts";
import { isForeign } from "./origins.ts";
import { plainPathOf } from "./path.ts";
import { healthRoute, livenessRoute } from "./routes/health-route.ts";
import { namedBy, type Surface, wayOf } from "./ways.ts";

/** The rest of a request: what is done when its body has come. */
type Work = (body: Uint8Array) => Promise<Answer>;

type Fetch = (request: Request) => Promise<Response>;

/** A surface as `createSurface` makes it. A server of ours finds at `outside`, which stands for it, how to ask without a `Request`. */
export function directSurface(
  outside: Fetch,
  ...[host, options, settings]: Parameters<typeof surfaceOf>
): Fetch {
  const surface = surfaceOf(host, options, settings);
  const respond = respondTo(surface);
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
function begin(surface: Surface, head: RequestHead): Exchange | undefined {
  const { guard, options } = surface;
  const path = plainPathOf(head.url);
  if (path === undefined || guard.isFull()) return undefined;
  try {
    const work = workOf(surface, head, path);
    if (work === undefined) return undefined;
    let come: (body: Uint8Array) => void = () => {};
    let fail: (error: unknown) => void = () => {};
    const body = new Promise<Uint8Array>((resolve, reject) => {
      come = resolve;
      fail = reject;
    });
    // From here on it counts among those that run.
    const run = guard.run(head, async () => work(await body));
    const { cors } = options;
    const answered = cors === undefined ? run : run.then((answer) => withCors(answer, head, cors));
    return {
      answer(bytes) {
        come(bytes);
        return answered;
      },
      refuse(error) {
        fail(error);
        return answered;
      },
    };
  } catch {
    return undefined;
  }
}

function workOf(surface: Surface, head: RequestHead, path: string): Work | undefined {
  const { host, options, exposure, ingress } = surface;
  const { method } = head;
  const way = wayOf(surface, path);
  const isSend = method === "POST" || method === "PUT";
  if (way?.to === "health" && !isSend) {
    const { figures, origins } = options;
    if (way.isLiveness) return () => livenessRoute(host);
    // Whoever asks for credentials is given a `Request`.
    if (typeof figures === "function") return undefined;
    return () => healthRoute(host, figures && !isForeign(head, origins));
  }
  if (way?.to !== "exposed" || !isSend || options.authenticate !== undefined) return undefined;
  const named = namedBy(way.parts);
  const fn = named?.kind === "function" ? exposure.functionOf(named.typename) : undefined;
  if (named === undefined || fn === undefined) return undefined;
  assertOwnPage(head, options);
  const announced = ingress.announced(head, fn, named.id);
  return (body) => ingress.take(announced, body, head);
}
