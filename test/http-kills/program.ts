/**
 * `node --import from-source.ts program.ts STORE PORT [open]`: the functions of `test/kills` behind HTTP, their records
 * kept for reading. Prints a line of JSON once it listens, and lives until it is killed.
 */

import { keep } from "statefun";
import { serve } from "statefun/node";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { killsFunctions } from "../kills/functions.ts";

const [, , path = "", port = "0", open] = process.argv;
const { functions, counter } = killsFunctions();
const authorization = (request: Request) => request.headers.get("authorization");
const runtime = await createRuntime({
  modules: [functions],
  store: sqliteStore(path, { durability: "full" }),
  egresses: [keep("kills/records", { maxRecords: 10_000_000 })],
  http: {
    expose: [counter, "kills/records"],
    authenticate:
      open === "open" ? "none" : (request) => authorization(request) === "Bearer sender",
    admin: { authenticate: (request) => authorization(request) === "Bearer operator" },
  },
  onError: (error) => console.error(error),
});
const server = await serve({ fetch: runtime.fetch, port: Number(port) });
console.log(JSON.stringify({ port: server.port }));
