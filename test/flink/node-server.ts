import { serve } from "statefun/node";

export type FetchHandler = (request: Request) => Response | Promise<Response>;

/** A server on Node, in this process, and what a cluster did with it. */
export interface ObservedServer {
  readonly url: string;
  readonly requests: () => number;
  /** By the User-Agent a transport is told from another. */
  readonly userAgents: ReadonlySet<string>;
  readonly close: () => Promise<void>;
}

export async function serveOnNode(handler: FetchHandler): Promise<ObservedServer> {
  const userAgents = new Set<string>();
  let requests = 0;
  const server = await serve({
    port: 0,
    fetch: (request) => {
      requests += 1;
      userAgents.add(request.headers.get("user-agent") ?? "");
      return handler(request);
    },
  });
  const url = `http://127.0.0.1:${server.port}/functions`;
  return { url, requests: () => requests, userAgents, close: () => server.close() };
}

/** A request and its answer, as bytes. */
export interface Exchange {
  readonly request: Uint8Array;
  readonly response: Uint8Array<ArrayBuffer>;
  readonly status: number;
}

/** Answers as `handler` does, and tells `seen` each exchange before the answer is on its way. */
export function watched(handler: FetchHandler, seen: (exchange: Exchange) => void): FetchHandler {
  return async (request) => {
    const body = await request.arrayBuffer();
    const { method, headers, url } = request;
    const answer = await handler(new Request(url, { method, headers, body }));
    const response = new Uint8Array(await answer.arrayBuffer());
    seen({ request: new Uint8Array(body), response, status: answer.status });
    return new Response(response, { status: answer.status, headers: answer.headers });
  };
}
