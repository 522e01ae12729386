import { Producer } from "@platformatic/kafka";
import { failedMessage, json, StatefulFunctions, shape, string } from "statefun";
import { kafkaIngress, optional, raw, utf8 } from "statefun/kafka-connector";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Broker, startBroker } from "./broker.ts";
import { ingressHealth, listener, runtimes } from "./hosts.ts";
import { write } from "./topics.ts";

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());
const host = runtimes();

const Note = json("test/Note", shape<{ text: string }>());
const good = (topic: string, text: string) => ({
  topic,
  key: "good",
  value: JSON.stringify({ text }),
});

/** A topic of one partition, and the options that all ingresses of it have. */
async function topic(name: string) {
  await broker.createTopic(name, 1);
  return {
    brokers: broker.brokers,
    topics: [name],
    consumerGroup: name,
    startupPosition: "earliest",
  } as const;
}

describe("a record", () => {
  it("goes to the instance of its key, of each target, with its headers", async () => {
    const one = listener("test/one");
    const two = listener("test/two");
    const targets = [one.ref, two.ref];
    const options = { ...(await topic("targets")), value: Note, targets };
    await host.start([one.functions, two.functions], kafkaIngress("test/in", options));
    const headers = [
      ["b", "1"],
      ["a", "2"],
      ["b", "3"],
      ["statefun.invalid/defect", "not ours"],
    ] as const;
    await write(broker.brokers, [
      { ...good("targets", "Ä"), headers },
      { topic: "targets", key: "", value: JSON.stringify({ text: "empty" }) },
    ]);
    await expect.poll(() => two.heard.length).toBe(2);
    expect(one.heard).toEqual(two.heard);
    expect(one.heard).toEqual([
      {
        id: "good",
        typename: "test/Note",
        text: '{"text":"Ä"}',
        headers: [
          ["b", "1"],
          ["a", "2"],
          ["b", "3"],
        ],
      },
      { id: "", typename: "test/Note", text: '{"text":"empty"}', headers: [] },
    ]);
  });

  it("goes where a router in code sends it", async () => {
    const one = listener("test/one");
    const texts = new StatefulFunctions();
    const said: string[] = [];
    const text = texts.bind("test/text", { accepts: string }, (_, value) => void said.push(value));
    const ingress = kafkaIngress("test/in", {
      ...(await topic("routed")),
      topics: ["routed", "routed-2"],
      value: optional(utf8),
      route: (record, context) => {
        if (record.value === undefined) return;
        context.send(text.at("all"), `${record.topic} ${record.offset} ${record.value}`);
        const message = string.of(record.value);
        context.send(one.ref.at(record.key ?? "none"), message, { headers: record.headers });
      },
    });
    await broker.createTopic("routed-2", 1);
    await host.start([one.functions, texts], ingress);
    await write(broker.brokers, [
      { topic: "routed", value: "keyless", headers: [["h", "1"]] },
      { topic: "routed", key: "gone", value: undefined },
      { topic: "routed", key: "k", value: "second" },
    ]);
    await expect.poll(() => said.length).toBe(2);
    await write(broker.brokers, [{ topic: "routed-2", key: "k", value: "other" }]);
    await expect.poll(() => said.length).toBe(3);
    expect(said).toEqual(["routed 0 keyless", "routed 2 second", "routed-2 0 other"]);
    expect(one.heard.map(({ id, headers }) => [id, headers])).toEqual([
      ["none", [["h", "1"]]],
      ["k", []],
      ["k", []],
    ]);
  });

  it("may be text or bytes that no type wrote", async () => {
    const said: string[] = [];
    const functions = new StatefulFunctions();
    const text = functions.bind(
      "test/text",
      { accepts: string },
      (_, value) => void said.push(value),
    );
    const bytes = listener("test/bytes");
    const texts = { ...(await topic("texts")), value: utf8, targets: [text] };
    await host.start([functions], kafkaIngress("test/texts", texts));
    const values = { ...(await topic("values")), value: raw, targets: [bytes.ref] };
    await host.start([bytes.functions], kafkaIngress("test/values", values));
    await write(broker.brokers, [
      { topic: "texts", key: "a", value: "Zoë" },
      { topic: "values", key: "a", value: "abc" },
    ]);
    await expect.poll(() => [said, bytes.heard.length]).toEqual([["Zoë"], 1]);
    expect(bytes.heard[0]).toMatchObject({ typename: "statefun/raw", text: "abc" });
  });
});

describe("an invalid record", () => {
  const bad = (name: string) => [
    { topic: name, value: JSON.stringify({ text: "keyless" }) },
    { topic: name, key: "tombstone", value: undefined },
    { topic: name, key: "text", value: "{", headers: [["h", "1"]] as const },
    { topic: name, key: Buffer.from([0xff]), value: JSON.stringify({ text: "key" }) },
  ];

  it("stops its partition and no other one with fail, until it can be read", async () => {
    const one = listener("test/one");
    await broker.createTopic("fails", 2);
    const options = { ...(await topic("fails-0")), topics: ["fails"] };
    let isReadable = false;
    const value = {
      typename: "test/Note",
      decode: (bytes: Uint8Array) => (isReadable ? {} : Note.decode(bytes)),
    };
    const ingress = kafkaIngress("test/in", { ...options, value, targets: [one.ref] });
    const runtime = await host.start([one.functions], ingress);
    await write(broker.brokers, [
      { ...good("fails", "before"), partition: 0 },
      { topic: "fails", key: "bad", value: "{", partition: 0 },
      { ...good("fails", "after"), partition: 0 },
      { ...good("fails", "beside"), partition: 1 },
    ]);
    await expect.poll(() => one.heard.length).toBe(2);
    await expect.poll(async () => (await ingressHealth(runtime)).status).toBe("stalled");
    const { reason, sources } = await ingressHealth(runtime);
    expect(reason).toMatch(
      /^the record of fails\/0 at offset 1 is invalid \(undecodable-value\): /,
    );
    expect(sources.map(({ position }) => position).sort()).toEqual(["1", "1"]);
    expect(host.errors).toContain(reason);
    isReadable = true;
    await expect.poll(() => one.heard.length).toBe(4);
    expect((await ingressHealth(runtime)).status).toBe("running");
  });

  it("is passed and counted with skip, and reported", async () => {
    const one = listener("test/one");
    const options = { ...(await topic("skips")), value: Note, targets: [one.ref] };
    const ingress = kafkaIngress("test/in", { ...options, onInvalid: "skip" });
    const runtime = await host.start([one.functions], ingress);
    await write(broker.brokers, [...bad("skips"), good("skips", "last")]);
    await expect.poll(() => one.heard.length).toBe(1);
    expect((await ingressHealth(runtime)).sources).toMatchObject([
      { source: "test/in/skips/0", position: "5", lag: 0, records: 5, invalid: 4 },
    ]);
    expect(host.errors.map((text) => /\((.*?)\)/.exec(text)?.[1])).toEqual([
      "missing-key",
      "missing-value",
      "undecodable-value",
      "undecodable-key",
    ]);
  });

  it("goes to a function with what is wrong, in the words of StateFun's runtimes", async () => {
    const one = listener("test/one");
    const dead = listener("test/dead");
    const options = { ...(await topic("dead")), value: Note, targets: [one.ref] };
    const onInvalid = { deadLetter: dead.ref };
    await host.start(
      [one.functions, dead.functions],
      kafkaIngress("test/in", { ...options, onInvalid }),
    );
    await write(broker.brokers, [...bad("dead"), good("dead", "last")]);
    await expect.poll(() => dead.heard.length).toBe(4);
    expect(dead.heard.map(({ id, text }) => [id, text])).toEqual([
      ["", '{"text":"keyless"}'],
      ["tombstone", ""],
      ["text", "{"],
      ["\ufffd", '{"text":"key"}'],
    ]);
    const [own, ...reserved] = dead.heard[2]?.headers ?? [];
    expect(own).toEqual(["h", "1"]);
    const named = Object.fromEntries(reserved);
    expect(named).toMatchObject({
      "statefun.invalid/kafka.topic": "dead",
      "statefun.invalid/kafka.partition": "0",
      "statefun.invalid/kafka.offset": "2",
      "statefun.invalid/kafka.timestamp": expect.stringMatching(/^\d{13}$/),
      "statefun.invalid/defect": "undecodable-value",
      "statefun.invalid/error": expect.stringContaining("JSON"),
      "statefun.invalid/key": "text",
    });
    expect(Object.fromEntries(dead.heard[0]?.headers ?? [])["statefun.invalid/key"]).toBeNull();
  });

  it("goes to a function that takes failed messages as one", async () => {
    const functions = new StatefulFunctions();
    const failures: unknown[] = [];
    const dead = functions.bind("test/dead", { accepts: failedMessage }, (_, failed) => {
      failures.push(failed);
    });
    const ingress = kafkaIngress("test/in", {
      ...(await topic("failures")),
      value: Note,
      onInvalid: { deadLetter: dead },
      route: ({ value }) => {
        throw new Error(`no way for ${value.text}`);
      },
    });
    await host.start([functions], ingress);
    await write(broker.brokers, [good("failures", "this")]);
    await expect.poll(() => failures.length).toBe(1);
    expect(failures).toEqual([
      {
        target: { typename: "test/in", id: "good" },
        typename: "test/Note",
        payload: Buffer.from('{"text":"this"}').toString("base64"),
        error: { code: "message_undecodable", message: "no way for this" },
      },
    ]);
  });
});

it.each([
  ["by default", {}, ["before", "kept", "after"]],
  [
    "unless it is asked for",
    { "isolation.level": "read_uncommitted" },
    ["before", "aborted 1", "aborted 2", "kept", "after"],
  ],
] as const)("of aborted transactions is left out %s", async (_, properties, expected) => {
  const name = `transactions-${expected.length}`;
  const options = { ...(await topic(name)), properties, value: utf8 };
  const one = listener("test/one");
  const record = (text: string) => ({
    topic: name,
    key: Buffer.from("k"),
    value: Buffer.from(text),
  });
  const producer = new Producer({
    clientId: "test",
    bootstrapBrokers: [broker.brokers],
    idempotent: true,
    transactionalId: name,
  });
  await write(broker.brokers, [{ topic: name, key: "k", value: "before" }]);
  for (const [texts, isKept] of [
    [["aborted 1", "aborted 2"], false],
    [["kept"], true],
  ] as const) {
    const transaction = await producer.beginTransaction();
    await transaction.send({ messages: texts.map(record) });
    await (isKept ? transaction.commit() : transaction.abort());
  }
  await producer.close();
  await write(broker.brokers, [{ topic: name, key: "k", value: "after" }]);
  const ingress = kafkaIngress("test/in", { ...options, targets: [one.ref] });
  const runtime = await host.start([one.functions], ingress);
  const texts = () => one.heard.map(({ text }) => text.replace(/^[^a-z]*/, ""));
  await expect.poll(texts).toEqual(expected);
  // Markers of transactions are passed over: nothing is left to read.
  await expect.poll(async () => (await ingressHealth(runtime)).sources[0]?.lag).toBe(0);
});
