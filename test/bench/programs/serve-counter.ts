import process from "node:process";
import { json, StatefulFunctions, shape } from "statefun";
import { serve } from "statefun/node";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { reportCpu } from "./report-cpu.ts";

/** `serve-counter.ts full|normal FILE`: a function that counts, in a SQLite file, over HTTP. */
const [, , durability, file = ""] = process.argv;

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
const { port } = await serve({ fetch: runtime.fetch, port: 0 });
reportCpu(port);
