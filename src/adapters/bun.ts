import { markServed } from "../http/server-hints.ts";
import { StateFunError } from "../internal/errors.ts";
import { answerable } from "./answerable.ts";
import { listenError, resolveServeOptions, type ServeOptions, type Server } from "./server.ts";
import { sharedInTime } from "./shared-in-time.ts";

/** What is used of the global `Bun`. */
interface BunLike {
  serve(options: {
    port: number;
    hostname: string;
    idleTimeout: number;
    development: boolean;
    reusePort: boolean;
    fetch: (request: Request) => Response | Promise<Response>;
  }): { readonly port: number; stop(): Promise<void> };
}

declare const Bun: BunLike | undefined;

/**
 * An HTTP server on Bun, around a fetch handler. Rejects with `unavailable` when the port cannot be had.
 *
 * @example
 * ```ts
 * import { requestReplyHandler, StatefulFunctions } from "statefun";
 * import { serve } from "statefun/bun";
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
  if (typeof Bun === "undefined") {
    throw new StateFunError("unavailable", "statefun/bun only runs on Bun");
  }
  try {
    const server = Bun.serve({
      port,
      hostname,
      // Seconds. The default of ten would cut off functions that take longer.
      idleTimeout: 120,
      // By default a handler that throws shows its stack and source to the caller.
      development: false,
      // Without development mode Bun would share a port that another program listens on.
      reusePort: false,
      // Bun gives its server as the second argument to a handler: it is not an `env`.
      fetch: (request) => fetch(markServed(request, time.inTime)),
    });
    return { port: server.port, close: () => server.stop().finally(time.end) };
  } catch (error) {
    throw listenError({ port, hostname }, error);
  }
}
