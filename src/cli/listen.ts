import { serve } from "../adapters/node.ts";
import type { Server } from "../adapters/server.ts";
import { invalid } from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import { peek, reasonOf } from "../internal/show.ts";

type Fetch = (request: Request) => Promise<Response>;

/** What to listen with, and where. */
export interface ListenAt {
  readonly fetch: Fetch;
  readonly host: string;
  readonly port: number;
  /** What to do about a port that cannot be had. */
  readonly advice: string;
}

/** Rejects with `unavailable` for a port that cannot be had, with `invalid_argument` for a host that is none. */
export async function listen({ fetch, host, port, advice }: ListenAt): Promise<Server> {
  try {
    const guarded = isLoopback(host) ? onlyFromHere(fetch) : fetch;
    return await serve({ fetch: guarded, port, hostname: host });
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

/** Whether nobody else reaches an address. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?)$/.test(host);
}

/**
 * Nobody is asked who they are, so pages of other sites, open in a browser on this machine, must not come
 * through: not as themselves, and not by a name that was made to lead here.
 */
export function onlyFromHere(fetch: Fetch): Fetch {
  return async (request) => {
    const origin = request.headers.get("origin");
    const names = [new URL(request.url).hostname, origin === null ? "localhost" : hostOf(origin)];
    // An image or a form of another site has no origin to show, but a browser says where it comes from.
    const isForeign = request.headers.get("sec-fetch-site") === "cross-site";
    if (names.every(isLoopback) && !isForeign) return fetch(request);
    const message = "only this machine may: with --host 0.0.0.0 everybody";
    return Response.json({ error: { code: "unauthenticated", message } }, { status: 401 });
  };
}

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).hostname : origin;
}
