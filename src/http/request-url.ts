import type { RequestHead } from "./request-head.ts";

/** A name or an address, and a port. In a URL that is built of anything else, a part of it would be the path. */
const hostPattern = /^(?:[\w.!$&'()*+;=~-]+|\[[\da-f:.]+\])(?::\d*)?$/i;

/**
 * The URL of a request, on every runtime; undefined for a Host, or a target, that no URL can hold. Probes of HTTP/1.0
 * have no Host: they ask `localhost`.
 */
export function requestUrl(request: Pick<RequestHead, "url" | "headers">): URL | undefined {
  return urlOf(request.headers.get("host") || "localhost", request);
}

/** The same of a request that need not be one of the platform's. */
export function urlOf(host: string, request: { readonly url: string }): URL | undefined {
  if (!hostPattern.test(host)) return undefined;
  try {
    // Deno throws here for a Host that it cannot read, and Bun gives a path alone. Resolved against a base, the path
    // `//health` would name a host.
    const { url } = request;
    const parsed = new URL(url.startsWith("/") ? `http://${host}${url}` : url);
    return /^https?:$/.test(parsed.protocol) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
