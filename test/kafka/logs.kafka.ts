import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { memoryStore } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Broker, startBroker } from "./broker.ts";
import { targetDir } from "./class-path.ts";
import { ingressHealth, runtimes } from "./hosts.ts";
import { reading as readingOf, records, textsOf } from "./reading.ts";
import { write } from "./topics.ts";

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());
const host = runtimes();
const patience = { timeout: 60_000 };

/** Commits often, and looks at its topics often. */
const properties = { "auto.commit.interval.ms": "20", "metadata.max.age.ms": "300" };
const reading = (topic: string, options: Parameters<typeof readingOf>[4] = {}) =>
  readingOf(broker.brokers, "same", topic, [topic], { properties, ...options });

async function recreated(topic: string, partitions: number, count: number): Promise<void> {
  await broker.deleteTopic(topic);
  await expect
    .poll(() => broker.createTopic(topic, partitions).then(() => "made", String), patience)
    .toBe("made");
  await write(broker.brokers, records(topic, count, 100));
}

describe("a topic that was deleted and created anew is read from its beginning, and that is reported", () => {
  it("while nobody read it", async () => {
    const topic = "anew-down";
    await broker.createTopic(topic, 2);
    const store = memoryStore();
    const before = reading(topic);
    const runtime = await host.start([before.functions], before.ingress, { store });
    await write(broker.brokers, records(topic, 15));
    await expect.poll(before.texts, patience).toEqual(textsOf(topic, 15));
    await runtime.close();
    await recreated(topic, 2, 25);
    const after = reading(topic);
    await host.start([after.functions], after.ingress, { store });
    await expect.poll(after.texts, patience).toEqual(textsOf(topic, 25, 100));
    expect(host.errors.join()).toMatch(
      /test\/in-same\/anew-down\/0 continues at 0: topic anew-down was deleted and recreated, and position \d+ belongs to the old one/,
    );
  });

  it.each([
    ["fewer", 1, "latest"],
    ["more", 4, "latest"],
    ["as many", 2, "earliest"],
  ] as const)("while it is read, with %s partitions", async (name, partitions, startupPosition) => {
    const topic = `anew-${name.replace(" ", "-")}`;
    await broker.createTopic(topic, 2);
    const one = reading(topic, { startupPosition });
    const runtime = await host.start([one.functions], one.ingress);
    await expect.poll(async () => (await ingressHealth(runtime)).status, patience).toBe("running");
    await write(broker.brokers, records(topic, 30));
    await expect.poll(one.texts, patience).toEqual(textsOf(topic, 30));
    await recreated(topic, partitions, 10);
    const all = [...textsOf(topic, 30), ...textsOf(topic, 10, 100)].sort();
    await expect.poll(one.texts, patience).toEqual(all);
    await expect.poll(async () => (await ingressHealth(runtime)).status, patience).toBe("running");
  });

  it("and once only, by a second store that still has the old positions", async () => {
    const topic = "anew-two";
    await broker.createTopic(topic, 1);
    const stores = [memoryStore(), memoryStore()] as const;
    const first = reading(topic);
    await write(broker.brokers, records(topic, 5));
    const one = await host.start([first.functions], first.ingress, { store: stores[0] });
    await expect.poll(first.texts, patience).toHaveLength(5);
    await one.close();
    await recreated(topic, 1, 8);
    const second = reading(topic);
    const two = await host.start([second.functions], second.ingress, { store: stores[1] });
    await expect.poll(second.texts, patience).toEqual(textsOf(topic, 8, 100));
    await two.close();
    await write(broker.brokers, records(topic, 2, 200));
    const third = reading(topic);
    await host.start([third.functions], third.ingress, { store: stores[0] });
    await expect.poll(third.texts, patience).toEqual(textsOf(topic, 2, 200));
  });
});

describe("of what the store and the group know the later one counts", () => {
  it("so that a partition that comes back is not read again", async () => {
    const topic = "comes-back";
    await broker.createTopic(topic, 4);
    const [one, two] = [reading(topic), reading(topic)];
    const stores = [memoryStore(), memoryStore()] as const;
    await host.start([one.functions], one.ingress, { store: stores[0] });
    let count = 0;
    const more = async () => {
      await write(broker.brokers, records(topic, 400, count));
      count += 400;
      const all = () => new Set([...one.texts(), ...two.texts()]).size;
      await expect.poll(all, patience).toBe(count);
      // Committed, as it is every second by default.
      await new Promise((resolve) => setTimeout(resolve, 100));
    };
    await more();
    for (let n = 0; n < 3; n++) {
      const second = await host.start([two.functions], two.ingress, { store: stores[1] });
      const sources = async () => (await ingressHealth(second)).sources.length;
      await expect.poll(sources, patience).toBe(2);
      await more();
      await second.close();
      await more();
    }
    expect(one.heard.length + two.heard.length).toBe(count);
  });

  it("also where the store's own is out of range", async () => {
    const topic = "out-of-range";
    await broker.createTopic(topic, 1);
    const old = memoryStore();
    const first = reading(topic);
    const one = await host.start([first.functions], first.ingress, { store: old });
    await write(broker.brokers, records(topic, 5));
    await expect.poll(first.texts, patience).toHaveLength(5);
    await one.close();
    await write(broker.brokers, records(topic, 10, 5));
    const second = reading(topic);
    const two = await host.start([second.functions], second.ingress);
    await expect.poll(second.texts, patience).toHaveLength(10);
    await two.close();
    await write(broker.brokers, records(topic, 20, 15));
    await broker.deleteRecords(topic, 0, 10n);
    // By default it would go on at the end.
    const third = reading(topic, { startupPosition: "latest" });
    await host.start([third.functions], third.ingress, { store: old });
    await expect.poll(third.texts, patience).toEqual(textsOf(topic, 20, 15));
  });

  it("unless the group has it from a later life of this store, which was put back", async () => {
    const topic = "put-back";
    await broker.createTopic(topic, 1);
    const folder = mkdtempSync(join(targetDir, "put-back-"));
    const [file, backup] = [join(folder, "now.db"), join(folder, "before.db")];
    const run = async (path: string, from: number, count: number) => {
      const one = reading(topic);
      const runtime = await host.start([one.functions], one.ingress, { store: sqliteStore(path) });
      if (count > 0) await write(broker.brokers, records(topic, count, from));
      await expect.poll(one.texts, patience).toEqual(textsOf(topic, 10, from));
      await runtime.close();
    };
    await run(file, 0, 10);
    cpSync(file, backup);
    await run(file, 10, 10);
    // The records that it has forgotten are read again, though the group is behind them.
    await run(backup, 10, 0);
    rmSync(folder, { recursive: true, force: true });
  });
});

describe("a position that is gone", () => {
  it("goes on at the first record that is left where the ingress begins there", async () => {
    const topic = "gone-earliest";
    await broker.createTopic(topic, 1);
    const store = memoryStore();
    const first = reading(topic);
    const one = await host.start([first.functions], first.ingress, { store });
    await write(broker.brokers, records(topic, 5));
    await expect.poll(first.texts, patience).toHaveLength(5);
    await one.close();
    await write(broker.brokers, records(topic, 15, 5));
    await broker.deleteRecords(topic, 0, 10n);
    const second = reading(topic);
    await host.start([second.functions], second.ingress, { store });
    await expect.poll(second.texts, patience).toEqual(textsOf(topic, 10, 10));
  });

  it.each([[[0, 1]], [[1]]] as const)(
    "of the group alone, for partitions %j, skips nothing",
    async (partitions) => {
      const topic = `gone-offsets-${partitions.length}`;
      await broker.createTopic(topic, 2);
      const first = reading(topic);
      const one = await host.start([first.functions], first.ingress);
      await write(broker.brokers, records(topic, 10));
      await expect.poll(first.texts, patience).toHaveLength(10);
      await one.close();
      await broker.deleteOffsets(topic, topic, partitions);
      await write(broker.brokers, records(topic, 10, 10));
      const second = reading(topic);
      await host.start([second.functions], second.ingress);
      const young = () => textsOf(topic, 10, 10).filter((text) => second.texts().includes(text));
      await expect.poll(young, patience).toEqual(textsOf(topic, 10, 10));
    },
  );
});
