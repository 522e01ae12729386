import { invalid } from "../../internal/assert.ts";
import { didYouMean } from "../../internal/nearest.ts";
import { show } from "../../internal/show.ts";
import { answerError, methodNotAllowed, type SurfaceResponse } from "../answers.ts";
import { partsOf } from "../path.ts";
import { guardedRoute } from "../request-guard.ts";
import type { PlaygroundHost } from "./playground-host.ts";
import { PlaygroundTopics, playgroundEgress } from "./playground-topics.ts";

/** The port of `io.statefun.playground.v1/egress`. */
export interface PlaygroundEgress {
  /** Never rejects. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Resolves when what was shown will not be shown again, by this process or a later one. */
  close(): Promise<void>;
}

/**
 * `GET /{topic}` shows the next message of a topic and removes it: 200 and the payload, 204 when there is none
 * now, 404 for a topic that the module file does not name. Throws `invalid_argument` if its records are not kept.
 */
export function createPlaygroundEgress(
  host: PlaygroundHost,
  names: readonly string[],
): PlaygroundEgress {
  if (host.keptEgress(playgroundEgress) === undefined) {
    const text = "its records are delivered, and cannot be polled";
    throw invalid(`egress ${playgroundEgress} is bound by this application: ${text}`);
  }
  const topics = new PlaygroundTopics(host, names);
  const route = async (request: Request): Promise<SurfaceResponse> => {
    const { pathname } = new URL(request.url);
    // A topic may have slashes.
    const topic = (partsOf(pathname, "") ?? []).join("/");
    if (!topics.has(topic)) {
      const hint = didYouMean(topic, names);
      const text = `unknown topic ${show(topic)}: GET /{topic} with one of ${names.join(", ")}${hint}`;
      return answerError(404, "not_found", text);
    }
    // HEAD has no body to show it in.
    if (request.method !== "GET") return methodNotAllowed(request.method, "GET");
    const payload = await topics.take(topic, request.signal);
    if (payload === undefined) return new Response(null, { status: 204 });
    const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
    return new Response(payload, { status: 200, headers });
  };
  return { fetch: guardedRoute(route, host.onError, "full"), close: () => topics.settle() };
}
