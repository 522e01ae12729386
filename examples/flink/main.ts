import process from "node:process";
import { requestReplyHandler } from "statefun";
import { pathToken } from "statefun/http";
import { serve } from "statefun/node";
import { functions } from "../../workers/functions.ts";

const { SECRET = "", PORT = "8080" } = process.env;
const handler = requestReplyHandler(functions, { authenticate: pathToken(SECRET) });

const server = await serve({
  // The handler takes every path, so probes are answered in front of it.
  fetch: (request) =>
    new URL(request.url).pathname === "/health" ? new Response("ok\n") : handler(request),
  port: Number(PORT),
  hostname: "0.0.0.0",
});
console.log(`listening on port ${server.port}`);
process.once("SIGTERM", () => server.close());
