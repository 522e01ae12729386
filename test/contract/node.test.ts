import { serve } from "statefun/node";
import { fetch } from "./app.ts";
import { app } from "./hono-app.ts";
import { contractSuite } from "./suite.ts";

/** The suite on the Node that runs the tests, from source; the other runtimes are in test/matrix. */
async function started(options: Parameters<typeof serve>[0]) {
  const server = await serve({ port: 0, ...options });
  return { url: `http://127.0.0.1:${server.port}`, close: () => server.close() };
}

contractSuite("statefun/node", () => started({ fetch: (request) => fetch(request) }));
contractSuite("statefun/hono on Node", () =>
  started({ fetch: (request) => app.fetch(request, { name: "bindings" }) }),
);
