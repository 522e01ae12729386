import { markServed } from "../http/server-hints.ts";
import { StateFunError } from "../internal/errors.ts";
import { answerable } from "./answerable.ts";
import { listenError, resolveServeOptions, type ServeOptions, type Server } from "./server.ts";
import { sharedInTime } from "./shared-in-time.ts";

/** What is used of the global `Deno`. */
interface DenoLike {
  serve(
    options: { port: number; hostname: string; onListen: () => void },
    handler: (request: Request) => Response | Promise<Response>,
  ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> };
}

declare const Deno: DenoLike | undefined;

/**
 * An HTTP server on Deno, around a fetch handler. Rejects with `unavailable` when the port cannot be had.
 *
 * @example
 * ```ts
 * import { requestReplyHandler, StatefulFunctions } from "statefun";
 * import { serve } from "statefun/deno";
 *
 * const functions = new StatefulFunctions();
 * const server = await serve({ fetch: requestReplyHandler(functions), port: 0 });
 * console.log(`listening on port ${server.port}`);
 * await server.close();
 * ```
 */
export async function serve(options: ServeOptions): Promise<Server> {
  const { fetch: given, port, hostname } = resolveServeOptions(options);
  const fetch = answerable(given);
  const time = sharedInTime();
  if (typeof Deno === "undefined") {
    throw new StateFunError("unavailable", "statefun/deno only runs on Deno");
  }
  // Deno gives its own second argument to a handler: it is not an `env`.
  const answer = (request: Request) => fetch(markServed(request, time.inTime));
  try {
    const server = Deno.serve({ port, hostname, onListen: () => undefined }, answer);
    return { port: server.addr.port, close: () => server.shutdown().finally(time.end) };
  } catch (error) {
    throw listenError({ port, hostname }, error);
  }
}
