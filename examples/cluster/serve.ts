/**
 * `npx node examples/cluster/serve.ts examples/greeter/functions.ts`: the functions that a file exports, for a cluster that calls them at
 * http://127.0.0.1:8080/statefun.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { requestReplyHandler, StatefulFunctions } from "statefun";
import { serve } from "statefun/node";

const path = process.argv[2] ?? "";
const exported: Record<string, unknown> = await import(pathToFileURL(resolve(path)).href);
const functions = Object.values(exported).filter((one) => one instanceof StatefulFunctions);
if (functions.length === 0) throw new TypeError(`${path} exports no StatefulFunctions`);
const port = Number(process.env["PORT"] ?? 8080);
const hostname = process.env["HOST"] ?? "127.0.0.1";
const server = await serve({ fetch: requestReplyHandler(functions), port, hostname });
console.log(`listening on http://${hostname}:${server.port}/statefun`);
process.once("SIGTERM", () => server.close());
