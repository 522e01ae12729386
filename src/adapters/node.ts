/// <reference types="node" />
import { createAdaptorServer } from "@hono/node-server";
import type { NodeListener } from "./node-direct.ts";
import { listenError, resolveServeOptions, type ServeOptions, type Server } from "./server.ts";

/** What is used of a Node HTTP server, so that the declarations need no @types/node. */
interface NodeServer {
  keepAliveTimeout: number;
  listen(port: number, hostname: string, listening: () => void): unknown;
  once(event: "error", listener: (error: Error) => void): unknown;
  on(event: "connection", listener: (socket: NodeSocket) => void): unknown;
  on(event: "request", listener: NodeListener): unknown;
  listeners(event: "request"): readonly NodeListener[];
  removeAllListeners(event: "request"): NodeServer;
  off(event: "error", listener: (error: Error) => void): unknown;
  address(): unknown;
  close(closed: (error?: Error) => void): unknown;
  closeIdleConnections?(): void;
}

/** What is used of a connection. */
interface NodeSocket {
  readonly bytesRead: number;
  destroy(): unknown;
  once(event: "close", listener: () => void): unknown;
}

/**
 * An HTTP server on Node 18 and later, around a fetch handler. Rejects with `unavailable` for a port that is in
 * use or not allowed, with `invalid_argument` for a hostname that is not of this machine. The globals stay
 * unchanged.
 *
 * A handler of `requestReplyHandler`, and the `fetch` of a runtime, cost half the CPU when they are passed as they are,
 * `fetch: handler`, and have no `authenticate`: no `Request` has to be made for them.
 *
 * @example
 * ```ts
 * import { requestReplyHandler, StatefulFunctions } from "statefun";
 * import { serve } from "statefun/node";
 *
 * const functions = new StatefulFunctions();
 * const server = await serve({ fetch: requestReplyHandler(functions), port: 0 });
 * console.log(`listening on port ${server.port}`);
 * await server.close();
 * ```
 */
export async function serve(options: ServeOptions): Promise<Server> {
  const { port, close: closed } = await listening(options);
  return { port, close: closed };
}

/** The same, and the address that it was bound to. */
export async function listening(
  options: ServeOptions,
): Promise<Server & { readonly address: string }> {
  const { fetch, port, hostname } = resolveServeOptions(options);
  const [{ directly }, { answer }] = await Promise.all([
    import("./node-direct.ts"),
    import("./node-answer.ts"),
  ]);
  const adaptor = createAdaptorServer({
    // The library's own Request and Response would take the places of the platform's in the whole process.
    overrideGlobalObjects: false,
    // Of a request without a Host: probes of HTTP/1.0 ask so, and some of HTTP/1.1.
    hostname: "localhost",
    serverOptions: { requireHostHeader: false },
    fetch: (request, platform) => answer(fetch, request, Object(platform)),
  });
  // Without HTTP/2 options the library makes a plain server of node:http.
  const server = adaptor as unknown as NodeServer;
  const [otherwise] = server.listeners("request");
  if (otherwise !== undefined) {
    server.removeAllListeners("request").on("request", directly(fetch, otherwise));
  }
  // A cluster keeps idle connections for up to a minute: close them later than it does.
  server.keepAliveTimeout = 75_000;
  const sockets = new Set<NodeSocket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(listenError({ port, hostname }, error));
    server.once("error", fail);
    server.listen(port, hostname, () => {
      server.off("error", fail);
      const bound = Object(server.address());
      resolve({
        port: Number(bound.port),
        address: String(bound.address),
        close: () => close(server, sockets),
      });
    });
  });
}

function close(server: NodeServer, sockets: ReadonlySet<NodeSocket>): Promise<void> {
  const closeIdle = (): void => {
    server.closeIdleConnections?.();
    // One that has never sent anything does not count as idle there.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  };
  return new Promise((resolve, reject) => {
    // A connection whose request is running now would be kept for its whole time when it is answered.
    const timer = setInterval(closeIdle, 50);
    server.close((error) => {
      clearInterval(timer);
      if (error === undefined) resolve();
      else reject(error);
    });
    closeIdle();
  });
}
