import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { application } from "../kafka/ways.ts";

/** `kafka-engine.ts BROKERS GROUP full|normal FILE`: from topic to topic through the embedded engine, until it is killed. */
const [, , brokers = "", group = "", durability, file = ""] = process.argv;
await createRuntime({
  modules: application(brokers, group),
  store: sqliteStore(file, { durability: durability === "normal" ? "normal" : "full" }),
});
