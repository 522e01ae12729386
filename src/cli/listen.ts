import { hostname as machineName } from "node:os";
import { listening } from "../adapters/node.ts";
import type { Server } from "../adapters/server.ts";
import { invalid } from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import { peek, reasonOf } from "../internal/show.ts";
import { isForeign, type Origins } from "../surface/origins.ts";

type Fetch = (request: Request) => Promise<Response>;

/** What to listen with, and where. */
export interface ListenAt {
  readonly fetch: Fetch;
  readonly host: string;
  readonly port: number;
  /** Pages that may send too. */
  readonly origins: Origins;
  /** What to do about a port that cannot be had. */
  readonly advice: string;
}

/** Rejects with `unavailable` for a port that cannot be had, with `invalid_argument` for a host that is none. */
export async function listen({ fetch, host, port, origins, advice }: ListenAt): Promise<Server> {
  // Nobody is let in before it is known who can come.
  const guard = { address: "", host, origins };
  try {
    const server = await listening({ fetch: guarded(fetch, guard), port, hostname: host });
    guard.address = server.address;
    return server;
  } catch (error) {
    if (peek(error, "code") === "invalid_argument") {
      throw invalid(`--host ${host} is not an address of this machine`);
    }
    // What to do is said in the words of the command line.
    throw new StateFunError("unavailable", `${reasonOf(error).replace(/: .*/s, "")}: ${advice}`);
  }
}

export function urlOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Whether nobody else reaches an address, or a name as a URL writes it. */
export function isLoopback(host: string): boolean {
  return /^(?:(?:[^.]+\.)*localhost|(?:::ffff:)?127(?:\.\d+){3}|\[?::1\]?|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]+\])$/.test(
    host,
  );
}

/** Where a server listens: the address that it was bound to, and the name that it was given. */
export interface Guard {
  readonly address: string;
  readonly host: string;
  readonly origins: Origins;
}

/**
 * There is no authentication, so pages of other origins, open in a browser that reaches this machine, must not come
 * through: not as themselves, and not by a name that was made to lead here.
 */
export function guarded(fetch: Fetch, guard: Guard): Fetch {
  return async (request) => {
    const { hostname } = new URL(request.url);
    if (guard.origins === "any") return fetch(request);
    if (isKnown(hostname, guard) && !isForeign(request, guard.origins)) return fetch(request);
    const message = `pages of other origins, and names that are not this machine's, are refused: name the origin in --origins`;
    return Response.json({ error: { code: "unauthenticated", message } }, { status: 401 });
  };
}

/** Whether a name can only be meant for this machine: nobody can make it lead here from elsewhere. */
function isKnown(hostname: string, { address, host, origins }: Guard): boolean {
  if (isLoopback(hostname) || hostname === host.toLowerCase()) return true;
  if (origins !== "any" && origins.some((one) => new URL(one).hostname === hostname)) return true;
  if (isLoopback(address)) return false;
  const isNumber = /^(?:\d+(?:\.\d+){3}|\[[0-9a-f:.]+\])$/.test(hostname);
  // One without a dot is a name of the network that this machine is in, as containers have.
  const isLocal = !hostname.includes(".") || hostname.endsWith(".local");
  return isNumber || isLocal || hostname === machineName().toLowerCase();
}
