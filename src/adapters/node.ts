/// <reference types="node" />
import { createAdaptorServer } from "@hono/node-server";
import { resolveServeOptions, type ServeOptions, type Server } from "./server.ts";

/** What is used of a Node HTTP server, so that the declarations need no @types/node. */
interface NodeServer {
  keepAliveTimeout: number;
  listen(port: number, hostname: string, listening: () => void): unknown;
  once(event: "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
  address(): unknown;
  close(closed: (error?: Error) => void): unknown;
  closeIdleConnections?(): void;
}

/**
 * An HTTP server on Node 18 and later, around a fetch handler. Rejects when the port cannot be had. The
 * globals stay as they are.
 */
export async function serve(options: ServeOptions): Promise<Server> {
  const { fetch, port, hostname } = resolveServeOptions(options);
  // Without HTTP/2 options the library makes a plain server of node:http. Its own Request and Response are
  // quicker than the platform's, but would take their places for the whole process.
  const adaptor = createAdaptorServer({ fetch, overrideGlobalObjects: false });
  const server = adaptor as unknown as NodeServer;
  // A cluster keeps idle connections for up to a minute: close them later than it does.
  server.keepAliveTimeout = 75_000;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => {
      server.off("error", reject);
      resolve({
        port: Number(Object(server.address()).port),
        close: () => close(server),
      });
    });
  });
}

function close(server: NodeServer): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeIdleConnections?.();
  });
}
