/**
 * `counting-program.ts STORE BROKERS GROUP TOPIC KEYS`: counts the records of a topic in a store. Answers each line of
 * its standard input with what the instances know; ends in good order with it.
 */
import { createInterface } from "node:readline";
import { defineModule } from "statefun";
import { kafkaDelivery, kafkaIngress } from "statefun/kafka-connector";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { counter, counting, keysOf, Numbered, passed } from "./counting.ts";

const [, , store = "", brokers = "", consumerGroup = "", topic = "", keys = "0"] = process.argv;
const ingress = kafkaIngress("test/numbers", {
  brokers,
  consumerGroup,
  topics: [topic],
  value: Numbered,
  targets: [counter],
  startupPosition: "earliest",
  // A process that was killed is missed soon.
  properties: { "session.timeout.ms": "6000" },
});
const runtime = await createRuntime({
  modules: [counting, defineModule({ name: "kafka", ingresses: [ingress] })],
  store: sqliteStore(store, { durability: "normal" }),
  egresses: [kafkaDelivery(passed, { brokers })],
  http: { authenticate: "none" },
  onError: (error) => console.error(Object(error).message),
});
for await (const _ of createInterface({ input: process.stdin })) {
  const counts = await Promise.all(
    keysOf(Number(keys)).map(async (key) => (await runtime.instance(counter.at(key))).state),
  );
  const health = await (await runtime.fetch(new Request("http://localhost/health"))).json();
  console.log(JSON.stringify({ counts, health }));
}
await runtime.close();
