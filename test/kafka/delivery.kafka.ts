import { kafkaBinders } from "statefun/kafka-connector";
import { loadModule } from "statefun/module";
import { createRuntime, memoryStore } from "statefun/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Broker, startBroker } from "./broker.ts";
import { delivering, emitting } from "./emitting.ts";
import { listener } from "./hosts.ts";
import { read, write } from "./topics.ts";

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker({ "message.max.bytes": "20000" });
});
afterAll(() => broker.stop());

const started = (options: object = {}) => delivering({ brokers: broker.brokers, ...options });

describe("a delivery", () => {
  it("brings records in order per key, with their headers and a stable id", async () => {
    await broker.createTopic("delivered", 5);
    const { runtime, emit } = await started();
    const sent = Array.from({ length: 700 }, (_, n) => ({
      topic: "delivered",
      key: `key-${n % 11}`,
      value: String(n),
      headers: [
        ["b", "1"],
        ["b", "2"],
        ["a", null],
      ],
    }));
    await emit(sent);
    const all = await read(broker.brokers, "delivered", 700);
    for (let key = 0; key < 11; key++) {
      const own = all.filter((one) => one.key === `key-${key}`);
      expect(new Set(own.map(({ partition }) => partition)).size).toBe(1);
      const expected = sent.filter((one) => one.key === `key-${key}`).map(({ value }) => value);
      expect(own.map(({ value }) => value)).toEqual(expected);
    }
    const names = all[0]?.headers.map(([name]) => name);
    expect(names).toEqual(["b", "b", "a", "statefun-id"]);
    expect(new Set(all.map(({ headers }) => headers.at(-1)?.[1])).size).toBe(700);
    await runtime.close();
  });

  it("alone says what the headers are that begin with statefun-", async () => {
    await broker.createTopic("reserved", 1);
    const { runtime, emit } = await started();
    const names = ["statefun-id", "Statefun-Id", "statefun-other", "statefun.mine", "plain"];
    const headers = names.map((name) => [name, "of the user"]);
    await emit([
      { topic: "reserved", key: "k", value: "1", headers },
      { topic: "reserved", key: "k", value: "2", headers },
    ]);
    const all = await read(broker.brokers, "reserved", 2);
    for (const record of all) {
      expect(record.headers.map(([name]) => name)).toEqual([
        "statefun.mine",
        "plain",
        "statefun-id",
      ]);
    }
    expect(new Set(all.map((one) => one.headers.at(-1)?.[1])).size).toBe(2);
    await runtime.close();
  });

  it("writes tombstones, and empty values beside", async () => {
    await broker.createTopic("tombs", 1);
    const { runtime, emit, errors } = await started();
    const key = "k";
    await emit([
      { topic: "tombs", key, value: "1" },
      { topic: "tombs", key, value: null },
      { topic: "tombs", key, value: "", headers: [["a", "b"]] },
    ]);
    const all = await read(broker.brokers, "tombs", 3);
    expect(all.map(({ value, isTombstone }) => (isTombstone ? null : value))).toEqual([
      "1",
      null,
      "",
    ]);
    expect(errors).toEqual([]);
    await runtime.close();
  });

  it("chooses partitions as Java's producers do", async () => {
    await broker.createTopic("murmur", 10);
    const { runtime, emit } = await started();
    await emit(["a", "key", "Zoë", "21"].map((key) => ({ topic: "murmur", key, value: "x" })));
    const all = await read(broker.brokers, "murmur", 4);
    // What Utils.toPositive(Utils.murmur2(key)) % 10 of its client gives.
    expect(Object.fromEntries(all.map(({ key, partition }) => [key, partition]))).toEqual({
      a: 4,
      key: 1,
      Zoë: 4,
      "21": 0,
    });
    await runtime.close();
  });

  it("makes dead letters of what no broker takes, and delivers the rest in order, once each", async () => {
    await broker.createTopic("rest", 1);
    const { runtime, emit, errors } = await started();
    const record = (value: string, topic = "rest") => ({ topic, key: "k", value });
    await emit([
      record("1"),
      record("x".repeat(30_000)),
      record("2"),
      record("3", "no/topic"),
      record("4"),
    ]);
    await expect.poll(async () => (await runtime.deadLetters.list()).length).toBe(2);
    await runtime.idle();
    const letters = await runtime.deadLetters.list();
    expect(letters.map(({ error }) => error.code)).toEqual(["non_retryable", "non_retryable"]);
    expect(letters.map(({ error }) => error.message)).toEqual([
      expect.stringMatching(/^records of test\/out were not accepted: .*(too large|larger)/i),
      expect.stringContaining('got "no/topic"'),
    ]);
    expect(errors).toHaveLength(2);
    const all = await read(broker.brokers, "rest", 3);
    expect(all.map(({ value }) => value)).toEqual(["1", "2", "4"]);
    await runtime.close();
  });

  it("takes pages that are together more than a broker takes at once", async () => {
    await broker.createTopic("pages", 2, { "max.message.bytes": "700000" });
    const { runtime, emit, errors } = await started();
    const value = "x".repeat(15_000);
    await emit(Array.from({ length: 90 }, (_, n) => ({ topic: "pages", key: String(n), value })));
    expect(await read(broker.brokers, "pages", 90)).toHaveLength(90);
    expect(errors).toEqual([]);
    await runtime.close();
  });

  it("is tried again until the topic is there, and until the broker is", async () => {
    const { runtime, emit, errors } = await started();
    await emit([{ topic: "later", key: "k", value: "1" }]);
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    await broker.createTopic("later", 1);
    expect(await read(broker.brokers, "later", 1)).toMatchObject([{ value: "1" }]);
    await broker.kill();
    await emit([{ topic: "later", key: "k", value: "2" }]);
    await broker.start();
    await emit([{ topic: "later", key: "k", value: "3" }]);
    const all = await read(broker.brokers, "later", ({ value }) => value === "3");
    expect(all.map(({ value }) => value)).toEqual(["1", "2", "3"]);
    expect(await runtime.deadLetters.list()).toEqual([]);
    await runtime.close();
  });
});

it("starts what a module file says", async () => {
  await broker.createTopic("yaml-in", 2);
  await broker.createTopic("yaml-2", 1);
  await broker.createTopic("yaml-out", 1);
  const text = `
kind: io.statefun.kafka.v1/ingress
spec:
  id: test/yaml-in
  address: ${broker.brokers}
  consumerGroupId: yaml
  startupPosition:
    type: earliest
  autoOffsetResetPosition: earliest
  topics:
    - topic: yaml-in
      valueType: test/Note
      targets: [test/one, test/two]
    - topic: yaml-2
      valueType: test/Other
      targets: [test/two]
  properties:
    - max.partition.fetch.bytes: 100000
    - security.protocol: PLAINTEXT
---
kind: io.statefun.kafka.v1/egress
spec:
  id: test/out
  address: ${broker.brokers}
  deliverySemantic:
    type: exactly-once
    transactionTimeout: 15min
  properties:
    - transaction.timeout.ms: 900000
    - compression.type: gzip
`;
  const one = listener("test/one");
  const two = listener("test/two");
  const { functions, to } = emitting();
  const runtime = await createRuntime({
    modules: [
      one.functions,
      two.functions,
      functions,
      await loadModule(text, { binders: kafkaBinders() }),
    ],
    store: memoryStore(),
  });
  await write(broker.brokers, [
    { topic: "yaml-in", key: "a", value: "first" },
    { topic: "yaml-2", key: "b", value: "second" },
  ]);
  await expect.poll(() => two.heard.length).toBe(2);
  expect(one.heard).toMatchObject([{ id: "a", typename: "test/Note", text: "first" }]);
  expect(two.heard.map(({ typename }) => typename).sort()).toEqual(["test/Note", "test/Other"]);
  await runtime.send(to, JSON.stringify([{ topic: "yaml-out", value: "out" }]));
  expect(await read(broker.brokers, "yaml-out", 1)).toMatchObject([
    { value: "out", key: undefined },
  ]);
  await runtime.close();
});
