import { json, StatefulFunctions, shape } from "statefun";
import { kafkaIngress } from "statefun/kafka-connector";
import { memoryStore } from "statefun/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Broker, startBroker } from "./broker.ts";
import { ingressHealth, listener, runtimes } from "./hosts.ts";
import { visit, write } from "./topics.ts";

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());
const host = runtimes();
const Note = json("test/Note", shape<{ n: number }>());

const notes = (topic: string, from: number, to: number, partition?: number) =>
  Array.from({ length: to - from }, (_, index) => ({
    topic,
    key: `k${(from + index) % 7}`,
    value: JSON.stringify({ n: from + index }),
    ...(partition === undefined ? {} : { partition }),
  }));

const numbers = (heard: readonly { readonly text: string }[]): number[] =>
  heard.map(({ text }) => JSON.parse(text).n as number).sort((a, b) => a - b);
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

function setUp(topic: string, options: object = {}) {
  const one = listener("test/one");
  const ingress = kafkaIngress("test/in", {
    brokers: broker.brokers,
    topics: [topic],
    consumerGroup: topic,
    value: Note,
    targets: [one.ref],
    properties: { "auto.commit.interval.ms": "50" },
    ...options,
  });
  return { ...one, ingress };
}

describe("a start", () => {
  it("is at the end by default, and goes on from there after an end before the first record", async () => {
    await broker.createTopic("latest", 1);
    await write(broker.brokers, notes("latest", 0, 5));
    const store = memoryStore();
    const first = setUp("latest");
    const runtime = await host.start([first.functions], first.ingress, { store });
    await expect.poll(async () => (await ingressHealth(runtime)).status).toBe("running");
    await runtime.close();
    await write(broker.brokers, notes("latest", 5, 8));
    const second = setUp("latest");
    await host.start([second.functions], second.ingress, { store });
    await expect.poll(() => numbers(second.heard)).toEqual([5, 6, 7]);
    expect(first.heard).toEqual([]);
  });

  it.each([
    ["earliest", range(0, 6)],
    ["offsets", range(4, 6)],
    ["timestampMs", range(3, 6)],
    ["group-offsets", range(0, 6)],
  ] as const)("may be at %s", async (kind, expected) => {
    const topic = `start-${kind.toLowerCase()}`;
    await broker.createTopic(topic, 1);
    await write(broker.brokers, notes(topic, 0, 3));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const timestampMs = Date.now();
    await write(broker.brokers, notes(topic, 3, 6));
    const positions = {
      earliest: "earliest",
      offsets: { offsets: { [`${topic}/0`]: 4n } },
      timestampMs: { timestampMs },
      "group-offsets": "group-offsets",
    };
    const options = { startupPosition: positions[kind], autoOffsetResetPosition: "earliest" };
    const { functions, ingress, heard } = setUp(topic, options);
    await host.start([functions], ingress);
    await expect.poll(() => numbers(heard)).toEqual(expected);
  });

  it("is where the group is, for a store that knows nothing", async () => {
    await broker.createTopic("group", 2);
    const first = setUp("group", { startupPosition: "earliest" });
    const runtime = await host.start([first.functions], first.ingress);
    await write(broker.brokers, notes("group", 0, 20));
    await expect.poll(() => first.heard.length).toBe(20);
    await runtime.close();
    await write(broker.brokers, notes("group", 20, 30));
    const second = setUp("group", { startupPosition: "earliest" });
    await host.start([second.functions], second.ingress);
    await expect.poll(() => numbers(second.heard)).toEqual(range(20, 30));
  });

  it("waits for a topic that does not exist yet", async () => {
    const { functions, ingress, heard } = setUp("late", { startupPosition: "earliest" });
    const runtime = await host.start([functions], ingress);
    await expect.poll(async () => (await ingressHealth(runtime)).status).toBe("waiting");
    await broker.createTopic("late", 1);
    await write(broker.brokers, notes("late", 0, 3));
    await expect.poll(() => numbers(heard)).toEqual(range(0, 3));
    expect((await ingressHealth(runtime)).status).toBe("running");
  });
});

describe("a partition", () => {
  it("that is new is read from its beginning, whatever the startup position", async () => {
    await broker.createTopic("grows", 1);
    const { functions, ingress, heard } = setUp("grows", {
      properties: { "metadata.max.age.ms": "300" },
    });
    const runtime = await host.start([functions], ingress);
    await expect.poll(async () => (await ingressHealth(runtime)).status).toBe("running");
    await broker.growTopic("grows", 2);
    await write(broker.brokers, notes("grows", 0, 4, 1));
    await expect.poll(() => numbers(heard)).toEqual(range(0, 4));
  });

  it.each(["earliest", "latest"] as const)(
    "whose next record is gone goes on at the %s one, and says so",
    async (autoOffsetResetPosition) => {
      const topic = `gone-${autoOffsetResetPosition}`;
      await broker.createTopic(topic, 1);
      const store = memoryStore();
      const first = setUp(topic, { startupPosition: "earliest" });
      const runtime = await host.start([first.functions], first.ingress, { store });
      await write(broker.brokers, notes(topic, 0, 2));
      await expect.poll(() => first.heard.length).toBe(2);
      await runtime.close();
      await write(broker.brokers, notes(topic, 2, 6));
      await broker.deleteRecords(topic, 0, 4n);
      const second = setUp(topic, { autoOffsetResetPosition });
      await host.start([second.functions], second.ingress, { store });
      const to = autoOffsetResetPosition === "earliest" ? 4 : 6;
      const expected = `test/in/${topic}/0 continues at ${to}, the ${autoOffsetResetPosition} offset: offset 2 no longer exists`;
      await expect.poll(() => host.errors.join()).toContain(expected);
      await write(broker.brokers, notes(topic, 6, 7));
      await expect.poll(() => numbers(second.heard)).toEqual(range(to, 7));
    },
  );
});

it("reads no faster than a slow function handles, and loses nothing by it", async () => {
  await broker.createTopic("slow", 1);
  const functions = new StatefulFunctions();
  const seen: number[] = [];
  const slow = functions.bind("test/slow", { accepts: Note }, async (_, { n }) => {
    if (n % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    seen.push(n);
  });
  const ingress = kafkaIngress("test/in", {
    brokers: broker.brokers,
    topics: ["slow"],
    consumerGroup: "slow",
    value: Note,
    startupPosition: "earliest",
    route: ({ value }, context) => context.send(slow.at("one"), value),
  });
  await write(broker.brokers, notes("slow", 0, 3_000));
  const runtime = await host.start([functions], ingress, { limits: { maxMailbox: 50 } });
  let longest = 0;
  while (seen.length < 3_000) {
    longest = Math.max(longest, (await runtime.instance(slow.at("one"))).mailbox.length);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(seen).toEqual(range(0, 3_000));
  // An empty mailbox takes one batch, whatever its size.
  expect(longest).toBeLessThanOrEqual(500);
  expect(host.errors).toEqual([]);
});

it("loses nothing of a partition that is taken away while it waits for room", async () => {
  await broker.createTopic("waits", 2);
  const functions = new StatefulFunctions();
  const seen: number[] = [];
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const waiting = functions.bind("test/waiting", { accepts: Note }, async (_, { n }) => {
    await opened;
    seen.push(n);
  });
  const ingress = kafkaIngress("test/in", {
    brokers: broker.brokers,
    topics: ["waits"],
    consumerGroup: "waits",
    value: Note,
    startupPosition: "earliest",
    targets: [waiting],
  });
  await write(broker.brokers, notes("waits", 0, 20_000));
  const runtime = await host.start([functions], ingress);
  const isPaused = async () =>
    (await ingressHealth(runtime)).sources.some((source) => source.isPaused);
  await expect.poll(isPaused, { interval: 5 }).toBe(true);
  expect(await visit(broker.brokers, "waits", "waits")).toBe(1);
  open();
  await expect.poll(() => seen.length).toBeGreaterThanOrEqual(20_000);
  expect(seen.toSorted((a, b) => a - b)).toEqual(range(0, 20_000));
});

it("gives two stores of one group each record at least once between them, whoever comes and goes", async () => {
  await broker.createTopic("shared", 4);
  const [one, two] = [0, 1].map(() => setUp("shared", { startupPosition: "earliest" }));
  if (one === undefined || two === undefined) throw new Error("there are two");
  const first = await host.start([one.functions], one.ingress);
  await write(broker.brokers, notes("shared", 0, 500));
  await expect.poll(() => one.heard.length).toBeGreaterThan(100);
  const second = await host.start([two.functions], two.ingress);
  await write(broker.brokers, notes("shared", 500, 1_000));
  await expect.poll(async () => (await ingressHealth(second)).sources.length).toBe(2);
  await write(broker.brokers, notes("shared", 1_000, 1_500));
  await expect.poll(() => two.heard.length).toBeGreaterThan(100);
  await first.close();
  await write(broker.brokers, notes("shared", 1_500, 2_000));
  const all = (): number[] => [...new Set(numbers([...one.heard, ...two.heard]))];
  await expect.poll(() => all().length).toBe(2_000);
  // Each of them has nothing twice.
  for (const { heard } of [one, two]) expect(new Set(numbers(heard)).size).toBe(heard.length);
});
