import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Consumer } from "@platformatic/kafka";
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

type Options = Parameters<typeof readingOf>[4];
const reading = (name: string, group: string, topics: readonly string[], options: Options = {}) =>
  readingOf(broker.brokers, name, group, topics, options);

async function topicsOf(group: string, partitions: number, ...names: string[]): Promise<string[]> {
  const topics = names.map((name) => `${group}-${name}`);
  for (const topic of topics) await broker.createTopic(topic, partitions);
  return topics;
}

describe("members of one group that read different topics leave no partition unread", () => {
  it("two ingresses of one runtime", async () => {
    const [a = "", b = ""] = await topicsOf("pair", 5, "a", "b");
    const one = reading("one", "pair", [a]);
    const two = reading("two", "pair", [b]);
    await host.start([one.functions, two.functions], [one.ingress, two.ingress]);
    await write(broker.brokers, [...records(a, 60), ...records(b, 60)]);
    await expect.poll(one.texts, patience).toEqual(textsOf(a, 60));
    await expect.poll(two.texts, patience).toEqual(textsOf(b, 60));
  });

  it("three ingresses of two runtimes that overlap in part", async () => {
    const [a = "", b = "", c = ""] = await topicsOf("part", 3, "a", "b", "c");
    const one = reading("one", "part", [a, b]);
    const two = reading("two", "part", [c]);
    const three = reading("three", "part", [b, c]);
    await host.start([one.functions, two.functions], [one.ingress, two.ingress]);
    await host.start([three.functions], [three.ingress]);
    await write(broker.brokers, [...records(a, 40), ...records(b, 40), ...records(c, 40)]);
    const all = () => [...new Set([one, two, three].flatMap((each) => each.texts()))].sort();
    const expected = [...textsOf(a, 40), ...textsOf(b, 40), ...textsOf(c, 40)].sort();
    await expect.poll(all, patience).toEqual(expected);
    expect(one.texts().some((text) => text.startsWith(c))).toBe(false);
    expect(three.texts().some((text) => text.startsWith(a))).toBe(false);
  });

  it("an old and a new version of an application, during a deploy that adds a topic", async () => {
    const [a = "", b = ""] = await topicsOf("deploy", 2, "a", "b");
    const old = reading("old", "deploy", [a]);
    await host.start([old.functions], [old.ingress]);
    await write(broker.brokers, records(a, 20));
    await expect.poll(old.texts, patience).toEqual(textsOf(a, 20));
    const young = reading("young", "deploy", [a, b]);
    await host.start([young.functions], [young.ingress]);
    await write(broker.brokers, [...records(a, 20, 20), ...records(b, 20)]);
    const all = () => [...new Set([...old.texts(), ...young.texts()])].sort();
    await expect.poll(all, patience).toEqual([...textsOf(a, 40), ...textsOf(b, 20)].sort());
  });

  it("a member that is killed and comes back with a further topic, and with more partitions", async () => {
    const [a = "", b = ""] = await topicsOf("back", 2, "a", "b");
    // Its place is kept for it: it comes back as who it was, and finds the others as they were.
    const properties = { "group.instance.id": `back-${randomUUID()}` };
    const other = reading("other", "back", [a]);
    await host.start([other.functions], [other.ingress]);
    const old = reading("old", "back", [a], { properties });
    const ended = await host.start([old.functions], [old.ingress]);
    await expect.poll(async () => (await ingressHealth(ended)).sources.length, patience).toBe(1);
    await broker.growTopic(a, 4);
    const young = reading("old", "back", [a, b], { properties });
    await host.start([young.functions], [young.ingress]);
    await write(broker.brokers, [...records(a, 60), ...records(b, 30)]);
    const all = () => [...new Set([other, old, young].flatMap((each) => each.texts()))].sort();
    await expect.poll(all, patience).toEqual([...textsOf(a, 60), ...textsOf(b, 30)].sort());
    // Whom it replaced has stopped, and says so.
    expect((await ingressHealth(ended)).status).toBe("stopped");
  });
});

it("says which partitions nobody reads, where the group is led by somebody who ignores what others read", async () => {
  const [a = "", b = ""] = await topicsOf("foreign", 2, "a", "b");
  const leader = new Consumer({
    clientId: "foreign",
    bootstrapBrokers: [broker.brokers],
    groupId: "foreign",
    heartbeatInterval: 200,
  });
  leader.topics.trackAll(b);
  await leader.joinGroup();
  const one = reading("one", "foreign", [a]);
  const runtime = await host.start([one.functions], [one.ingress]);
  await expect
    .poll(async () => (await ingressHealth(runtime)).reason, patience)
    .toMatch(
      /assigned partitions of foreign-b to a member that does not read these topics, so no member reads them/,
    );
  await leader.close(true);
  await write(broker.brokers, records(a, 20));
  await expect.poll(one.texts, patience).toEqual(textsOf(a, 20));
  await expect.poll(async () => (await ingressHealth(runtime)).status, patience).toBe("running");
});

describe("one runtime refuses to start with", () => {
  it.each([
    [
      "one topic in two ingresses of one group",
      { consumerGroup: "same", topics: ["x", "y"] },
      { consumerGroup: "same", topics: ["y", "z"] },
      'ingress test/in-two reads topic "y" in group "same", as ingress test/in-one already does: each record would reach only one of them. Give each a group of its own',
    ],
    [
      "one topic in two ingresses of one group by different lists of brokers",
      { consumerGroup: "same", topics: ["y"], brokers: "127.0.0.1:1, LOCALHOST:2" },
      { consumerGroup: "same", topics: ["y"], brokers: "localhost:2" },
      /ingress test\/in-two reads topic "y" in group "same", as ingress test\/in-one already does/,
    ],
    [
      "one identity in two ingresses of one group",
      { consumerGroup: "same", topics: ["x"], properties: { "group.instance.id": "me" } },
      { consumerGroup: "same", topics: ["y"], properties: { "group.instance.id": "me" } },
      'ingress test/in-two has group.instance.id "me" in group "same", which ingress test/in-one already has: each would evict the other. Give each its own group.instance.id, or none',
    ],
  ] as const)("%s", async (_, first, second, reason) => {
    const one = reading("one", first.consumerGroup, first.topics, first);
    const two = reading("two", second.consumerGroup, second.topics, second);
    const started = host.start([one.functions, two.functions], [one.ingress, two.ingress]);
    await expect(started).rejects.toThrow(reason);
  });

  it("but not the same topic in two groups, or two topics of one group", async () => {
    const [a = "", b = ""] = await topicsOf("fine", 1, "a", "b");
    const one = reading("one", "fine-1", [a]);
    const two = reading("two", "fine-2", [a]);
    const three = reading("three", "fine-2", [b]);
    const all = [one, two, three];
    await host.start(
      all.map(({ functions }) => functions),
      all.map(({ ingress }) => ingress),
    );
    await write(broker.brokers, [...records(a, 5), ...records(b, 5)]);
    await expect.poll(one.texts, patience).toEqual(textsOf(a, 5));
    await expect.poll(two.texts, patience).toEqual(textsOf(a, 5));
    await expect.poll(three.texts, patience).toEqual(textsOf(b, 5));
  });
});

describe("two processes with one identity", () => {
  it("are one that reads, and one that has stopped and says why", async () => {
    const [topic = ""] = await topicsOf("twins", 2, "a");
    const properties = { "group.instance.id": "twin" };
    const first = reading("first", "twins", [topic], { properties });
    const older = await host.start([first.functions], [first.ingress]);
    await write(broker.brokers, records(topic, 10));
    await expect.poll(first.texts, patience).toEqual(textsOf(topic, 10));
    const second = reading("second", "twins", [topic], { properties });
    const younger = await host.start([second.functions], [second.ingress]);
    await expect.poll(async () => (await ingressHealth(older)).status, patience).toBe("stopped");
    const expected =
      /another member of group twins has replaced this one, which has stopped: both have the group.instance.id twin/;
    expect((await ingressHealth(older)).reason).toMatch(expected);
    await setTimeout(3_000);
    await write(broker.brokers, records(topic, 10, 10));
    const late = () => textsOf(topic, 10, 10).filter((text) => second.texts().includes(text));
    await expect.poll(late, patience).toEqual(textsOf(topic, 10, 10));
    await setTimeout(1_000);
    expect(first.texts()).toEqual(textsOf(topic, 10));
    expect((await ingressHealth(younger)).status).toBe("running");
    expect(host.errors.filter((text) => expected.test(text))).toHaveLength(1);
  });

  it("by copies of one store are distinguished in the same way", async () => {
    const [topic = ""] = await topicsOf("copies", 2, "a");
    const folder = mkdtempSync(join(targetDir, "copies-"));
    const files = ["one.db", "two.db"].map((name) => join(folder, name));
    const [one, two] = files.map((file) => ({
      ...reading("same", "copies", [topic]),
      store: sqliteStore(file),
      file,
    }));
    if (one === undefined || two === undefined) throw new Error("there are two");
    await (await host.start([one.functions], [one.ingress], { store: one.store })).close();
    cpSync(one.file, two.file);
    const first = await host.start([one.functions], [one.ingress], {
      store: sqliteStore(one.file),
    });
    await write(broker.brokers, records(topic, 10));
    await expect.poll(one.texts, patience).toEqual(textsOf(topic, 10));
    const second = await host.start([two.functions], [two.ingress], { store: two.store });
    await expect.poll(async () => (await ingressHealth(first)).status, patience).toBe("stopped");
    await Promise.all([first.close(), second.close()]);
    rmSync(folder, { recursive: true, force: true });
  });
});
