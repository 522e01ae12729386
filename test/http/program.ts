/**
 * `node --import from-source.ts program.ts [STORE]`: serves the application of `app.ts` until it is told to
 * end, and says its port in one line of JSON.
 */
import process from "node:process";
import { serve } from "statefun/node";
import { sqliteStore } from "statefun/sqlite";
import { memoryStore } from "statefun/runtime";
import { startApplication } from "./start.ts";

const [, , path] = process.argv;
const store = path === undefined ? memoryStore() : sqliteStore(path);
const runtime = await startApplication({ store, onError: () => {} });
const server = await serve({ fetch: runtime.fetch, port: 0 });
process.on("SIGTERM", async () => {
  await runtime.close();
  await server.close();
  process.exit(0);
});
console.log(JSON.stringify({ port: server.port }));
