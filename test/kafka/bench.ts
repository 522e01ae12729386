/**
 * `node --import ../docs/from-source.ts bench.ts [RECORDS]`: records a second from a topic through one stateful function into another
 * topic, beside the client's bare consume-and-produce, on one broker and one machine.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Consumer, Producer } from "@platformatic/kafka";
import { defineModule } from "statefun";
import { kafkaDelivery, kafkaIngress } from "statefun/kafka-connector";
import { createRuntime, memoryStore, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { startBroker } from "./broker.ts";
import { targetDir } from "./class-path.ts";
import { counter, counting, keysOf, Numbered, outTopic, passed } from "./counting.ts";
import { write } from "./topics.ts";

const records = Number(process.argv[2] ?? 50_000);
const keys = keysOf(1_000);
const topic = "numbers";
const broker = await startBroker();
const { brokers } = broker;
await broker.createTopic(topic, 4);
await broker.createTopic(outTopic, 4);
const values = Array.from({ length: records }, (_, index) => ({
  topic,
  key: keys[index % keys.length] ?? "",
  value: JSON.stringify({ n: Math.floor(index / keys.length) + 1 }),
}));
await write(brokers, values);

/** How many records the output has. */
async function written(): Promise<number> {
  const consumer = new Consumer({ clientId: "b", bootstrapBrokers: [brokers], groupId: "count" });
  const ends = await consumer.listOffsets({ topics: [outTopic] });
  await consumer.close();
  return (ends.get(outTopic) ?? []).reduce((sum, end) => sum + Number(end), 0);
}

async function measure(name: string, run: () => Promise<() => Promise<unknown>>): Promise<void> {
  const before = await written();
  const startedAt = performance.now();
  const stop = await run();
  while ((await written()) < before + records) await setTimeout(10);
  const seconds = (performance.now() - startedAt) / 1_000;
  await stop();
  console.log(`${name}: ${Math.round(records / seconds)} records/s`);
}

async function bare(): Promise<() => Promise<unknown>> {
  const client = { clientId: "b", bootstrapBrokers: [brokers] };
  const consumer = new Consumer({ ...client, groupId: "bare" });
  const producer = new Producer({ ...client, idempotent: true });
  const stream = await consumer.consume({
    topics: [topic],
    mode: "earliest",
    highWaterMark: 4_096,
  });
  const reading = (async () => {
    let page: { topic: string; key: Buffer; value: Buffer }[] = [];
    let left = records;
    for await (const { key, value } of stream) {
      page.push({ topic: outTopic, key, value });
      left--;
      if (page.length < 100 && left > 0) continue;
      await producer.send({ messages: page });
      page = [];
      if (left === 0) break;
    }
  })();
  return async () => {
    await reading;
    await consumer.close(true);
    await producer.close(true);
  };
}

async function through(name: string, store: Store): Promise<() => Promise<unknown>> {
  const ingress = kafkaIngress("test/numbers", {
    brokers,
    topics: [topic],
    consumerGroup: name,
    value: Numbered,
    targets: [counter],
    startupPosition: "earliest",
  });
  const runtime = await createRuntime({
    modules: [counting, defineModule({ name: "kafka", ingresses: [ingress] })],
    store,
    egresses: [kafkaDelivery(passed, { brokers })],
  });
  return () => runtime.close();
}

const file = join(targetDir, `bench-${process.pid}.db`);
for (let round = 0; round < 2; round++) {
  await measure("bare consume and produce", bare).catch(console.error);
  await measure("memoryStore", () => through(`memory-${round}`, memoryStore()));
  for (const durability of ["normal", "full"] as const) {
    const path = `${file}-${round}-${durability}`;
    await measure(`sqliteStore, durability ${durability}`, () =>
      through(`${durability}-${round}`, sqliteStore(path, { durability })),
    );
    for (const part of ["", "-wal", "-shm", "-lock"]) rmSync(path + part, { force: true });
  }
}
await broker.stop();
process.exit();
