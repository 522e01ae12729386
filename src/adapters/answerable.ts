import { requestUrl } from "../http/request-url.ts";
import type { ServeOptions } from "./server.ts";

/**
 * A handler that is given requests with a URL alone, as programs expect of a request. A runtime that leaves it to them
 * would make a 500 of every probe without a Host, and of a Host that no URL can hold.
 */
export function answerable(fetch: ServeOptions["fetch"]): ServeOptions["fetch"] {
  // What was found of the last request: most of them name the same host.
  let known: { readonly host: string; readonly start: string } | undefined;
  return (request) => {
    const host = request.headers.get("host");
    if (known !== undefined && known.host === host && beginsWith(request, known.start))
      return fetch(request);
    const url = requestUrl(request);
    if (url === undefined) {
      return new Response("the Host header and the request target do not form a valid URL\n", {
        status: 400,
      });
    }
    known = host === null ? undefined : { host, start: `${url.origin}/` };
    // Bun gives the path alone where there is no Host.
    return fetch(request.url.startsWith("/") ? new Request(url, request) : request);
  };
}

function beginsWith(request: Request, start: string): boolean {
  try {
    return request.url.startsWith(start);
  } catch {
    // Deno throws for a URL that it cannot read.
    return false;
  }
}
