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
  /** What to do about a port that is in use or not allowed. */
  readonly advice: string;
  /** Paths without data, which links of other sites may lead to. @default none */
  readonly isPage?: (path: string) => boolean;
}

/**
 * Rejects with `unavailable` for a port that is in use or not allowed, with `invalid_argument` for an invalid
 * host.
 */
export async function listen({ fetch, port, advice, ...at }: ListenAt): Promise<Server> {
  const { host, origins, isPage = () => false } = at;
  // No request is accepted before the address is known.
  const guard = { address: "", host, origins, isPage };
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

/** Whether an address, or a name as a URL writes it, can only be reached from this machine. */
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
  readonly isPage: (path: string) => boolean;
}

/**
 * There is no authentication. So pages of other origins, open in a browser that reaches this machine, must not get
 * through: neither under their own origin, nor by a host name that was made to resolve to this machine.
 */
export function guarded(fetch: Fetch, guard: Guard): Fetch {
  return async (request) => {
    const { hostname, pathname } = new URL(request.url);
    if (guard.origins === "any") return fetch(request);
    const isLink = (): boolean => isNavigation(request) && guard.isPage(pathname);
    if (isKnown(hostname, guard) && (!isForeign(request, guard.origins) || isLink())) {
      return fetch(request);
    }
    const message = `a page of another origin, or a host name that is not this machine's, is refused: allow it with --origins`;
    return Response.json({ error: { code: "unauthenticated", message } }, { status: 401 });
  };
}

/** Whether a browser opens a page in a tab, as for a link. The page that has the link sees nothing of what it leads to. */
function isNavigation({ method, headers }: Request): boolean {
  const isOpened = headers.get("sec-fetch-mode") === "navigate";
  return method === "GET" && isOpened && headers.get("sec-fetch-dest") === "document";
}

/** Whether a name can only mean this machine, so that nobody else can make it resolve here. */
function isKnown(hostname: string, { address, host, origins }: Guard): boolean {
  if (isLoopback(hostname) || hostname === host.toLowerCase()) return true;
  if (origins !== "any" && origins.some((one) => new URL(one).hostname === hostname)) return true;
  if (isLoopback(address)) return false;
  const isNumber = /^(?:\d+(?:\.\d+){3}|\[[0-9a-f:.]+\])$/.test(hostname);
  // One without a dot is a name of the network that this machine is in, as containers have.
  const isLocal = !hostname.includes(".") || hostname.endsWith(".local");
  return isNumber || isLocal || hostname === machineName().toLowerCase();
}
