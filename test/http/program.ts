/**
 * `node --import from-source.ts program.ts [STORE] [open]`: serves the application of `app.ts` until it is told to
 * end, and says its port in one line of JSON. `open`: without credentials, and so without a `Request`.
 */
import process from "node:process";
import { serve } from "statefun/node";
import { memoryStore } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { http } from "./app.ts";
import { startApplication } from "./start.ts";

const [, , path, open] = process.argv;
const store = path === undefined ? memoryStore() : sqliteStore(path);
const access = open === "open" ? ({ ...http, authenticate: "none" } as const) : http;
const runtime = await startApplication({ store, http: access, onError: () => {} });
const server = await serve({ fetch: runtime.fetch, port: 0 });
process.on("SIGTERM", async () => {
  await runtime.close();
  await server.close();
  process.exit(0);
});
console.log(JSON.stringify({ port: server.port }));
