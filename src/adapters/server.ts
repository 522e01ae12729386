import { assertInteger, invalid } from "../internal/assert.ts";
import { show } from "../internal/show.ts";

/** A running HTTP server. */
export interface Server {
  readonly port: number;
  /** Takes no new connections, and resolves when the requests that are running have been answered. */
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** @default 8080; 0 takes a free one */
  readonly port?: number;
  /**
   * The address to listen on.
   * @default "127.0.0.1", because a handler lets everybody in unless it has `authenticate`. In a container
   * use "0.0.0.0"
   */
  readonly hostname?: string;
}

export function resolveServeOptions(options: ServeOptions): Required<ServeOptions> {
  const { fetch, port = 8080, hostname = "127.0.0.1" } = options;
  if (typeof fetch !== "function") throw invalid(`fetch must be a function, got ${show(fetch)}`);
  assertInteger(port, "port", 0, 65_535);
  return { fetch, port, hostname };
}
