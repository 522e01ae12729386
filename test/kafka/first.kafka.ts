import { defineModule, int, json, StatefulFunctions, shape } from "statefun";
import { kafkaEgress } from "statefun/kafka";
import { kafkaDelivery, kafkaIngress } from "statefun/kafka-connector";
import { createRuntime, memoryStore } from "statefun/runtime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Broker, startBroker } from "./broker.ts";
import { read, write } from "./topics.ts";

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());

const Amount = json("test/Amount", shape<{ amount: number }>());
const totals = kafkaEgress("test/totals");

it("takes records in, through a function, and out", async () => {
  await broker.createTopic("in", 2);
  await broker.createTopic("out", 2);
  const { brokers } = broker;
  const functions = new StatefulFunctions();
  const counter = functions.bind(
    "test/counter",
    { accepts: Amount, state: { total: { type: int, initial: 0 } } },
    (context, { amount }) => {
      context.state.total += amount;
      const value = String(context.state.total);
      context.emit(totals, { topic: "out", key: context.self.id, value, headers: context.headers });
    },
  );
  const ingress = kafkaIngress("test/amounts", {
    brokers,
    topics: ["in"],
    consumerGroup: "first",
    value: Amount,
    targets: [counter],
    startupPosition: "earliest",
  });
  const errors: unknown[] = [];
  const runtime = await createRuntime({
    modules: [functions, defineModule({ name: "kafka", ingresses: [ingress] })],
    store: memoryStore(),
    egresses: [kafkaDelivery(totals, { brokers })],
    http: { authenticate: "none" },
    onError: (error) => void errors.push(error),
  });
  const keys = ["a", "b", "c", ""];
  await write(
    brokers,
    Array.from({ length: 400 }, (_, n) => ({
      topic: "in",
      key: keys[n % 4] ?? "",
      value: JSON.stringify({ amount: 1 }),
      headers: [["trace", String(n)]] as const,
    })),
  );
  const all = await read(brokers, "out", 400);
  for (const key of ["a", "b", "c"]) {
    const own = all.filter((one) => (one.key ?? "") === key);
    expect(own.map(({ value }) => Number(value))).toEqual(
      Array.from({ length: 100 }, (_, n) => n + 1),
    );
  }
  expect(all[0]?.headers.map(([name]) => name)).toEqual(["trace", "statefun-id"]);
  const response = await runtime.fetch(new Request("http://localhost/health"));
  const { ingresses } = Object(await response.json());
  expect(ingresses).toMatchObject([{ typename: "test/amounts", status: "running" }]);
  const records = ingresses[0].sources.map((source: { records: number }) => source.records);
  expect(records.reduce((sum: number, count: number) => sum + count, 0)).toBe(400);
  await runtime.close();
  expect(errors).toEqual([]);
});
