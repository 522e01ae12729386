import { requestUrl } from "../http/request-url.ts";
import type { ServeOptions } from "./server.ts";

/**
 * A handler that is given requests with a URL alone, as programs expect of a request. A runtime that leaves it to them
 * would make a 500 of every probe without a Host, and of a Host that no URL can hold.
 */
export function answerable(fetch: ServeOptions["fetch"]): ServeOptions["fetch"] {
  return (request) => {
    const url = requestUrl(request);
    if (url === undefined) {
      return new Response("the Host header and the request target do not form a valid URL\n", {
        status: 400,
      });
    }
    // Bun gives the path alone where there is no Host.
    return fetch(request.url.startsWith("/") ? new Request(url, request) : request);
  };
}
