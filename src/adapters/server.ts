import { assertFunction, assertInteger, assertNonEmpty } from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import { peek, reasonOf, show } from "../internal/show.ts";

/** A running HTTP server. */
export interface Server {
  readonly port: number;
  /** Takes no new connections, and resolves when the requests that are running have been answered. */
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** The port to listen on; 0 takes any free port. @default 8080 */
  readonly port?: number;
  /**
   * The address to listen on.
   * @default "127.0.0.1", because a handler without `authenticate` accepts requests from anybody. In a container
   * use "0.0.0.0"
   */
  readonly hostname?: string;
}

export function resolveServeOptions(options: ServeOptions): Required<ServeOptions> {
  const { fetch, port = 8080, hostname = "127.0.0.1" }: ServeOptions = Object(options);
  assertFunction(fetch, "fetch");
  assertInteger(port, "port", 0, 65_535);
  assertNonEmpty(hostname, "hostname");
  return { fetch, port, hostname };
}

/**
 * The error of a platform that cannot listen, as a `StateFunError`: `unavailable` for a port that is in use or not
 * allowed, `invalid_argument` for an invalid host.
 */
export function listenError(
  { port, hostname }: Pick<Required<ServeOptions>, "port" | "hostname">,
  cause: unknown,
): StateFunError {
  const reason = reasonOf(cause);
  const code = `${peek(cause, "code")} ${peek(cause, "name")}`;
  if (/EADDRINUSE|AddrInUse/.test(code)) {
    const advice = "stop the program that listens on it, or choose another port";
    return unavailable(`port ${port} is in use: ${advice}`, cause);
  }
  if (/EACCES|EPERM|PermissionDenied|NotCapable/.test(code)) {
    const advice = "choose a port from 1024 on, or give this process the permission";
    return unavailable(`port ${port} is not allowed: ${advice} (${reason})`, cause);
  }
  // Deno has no code for a name that it cannot look up.
  if (
    /EADDRNOTAVAIL|EINVAL|ENOTFOUND|EAI_|AddrNotAvailable|lookup address|invalid host/.test(
      code + reason,
    )
  ) {
    const text = `hostname must be an address of this machine, got ${show(hostname)}`;
    return new StateFunError("invalid_argument", text, { cause });
  }
  return unavailable(`cannot listen on ${hostname}, port ${port}: ${reason}`, cause);
}

function unavailable(text: string, cause: unknown): StateFunError {
  return new StateFunError("unavailable", text, { cause });
}
