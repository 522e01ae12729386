import process from "node:process";
import { json, StatefulFunctions, shape } from "statefun";
import { serve } from "statefun/node";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { reportCpu } from "./report-cpu.ts";

/**
 * `serve-counter.ts full|normal FILE [wrapped]`: a function that counts, in a SQLite file, over HTTP. `wrapped`: with a
 * function around `fetch`, so that a `Request` and a `Response` are made.
 */
const [, , durability, file = "", wrapped] = process.argv;

const Count = json("bench/Count", shape<number>());
const functions = new StatefulFunctions("bench");
functions.bind(
  "bench/counter",
  { accepts: Count, replies: Count, state: { count: Count } },
  (context, by) => {
    const count = (context.state.count ?? 0) + by;
    context.state.count = count;
    if (context.caller !== undefined) context.reply(count);
  },
);

const runtime = await createRuntime({
  modules: [functions],
  store: sqliteStore(file, { durability: durability === "normal" ? "normal" : "full" }),
  http: { expose: "all", authenticate: "none" },
});
const around = (request: Request): Promise<Response> => runtime.fetch(request);
const { port } = await serve({ fetch: wrapped === "wrapped" ? around : runtime.fetch, port: 0 });
reportCpu(port);
