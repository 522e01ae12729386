import { Admin } from "@platformatic/kafka";
import { json, shape } from "statefun";
import { kafkaIngress } from "statefun/kafka-connector";
import { memoryStore, type Runtime } from "statefun/runtime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Broker, startBroker } from "./broker.ts";
import { listener, runtimes } from "./hosts.ts";
import { write } from "./topics.ts";

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());
const host = runtimes();

const Note = json("test/Note", shape<{ n: number }>());
const topic = "handed-over";
const partitions = 4;
const ids = Array.from({ length: 40 }, (_, index) => `k${index}`);

function application() {
  const one = listener("test/one");
  const ingress = kafkaIngress("test/in", {
    brokers: broker.brokers,
    topics: [topic],
    consumerGroup: topic,
    value: Note,
    targets: [one.ref],
    startupPosition: "group-offsets",
    autoOffsetResetPosition: "earliest",
  });
  return { ...one, ingress };
}

/** What an export has of the positions of the ingress, by partition. */
async function positionsOf(runtime: Runtime): Promise<readonly (readonly [string, number])[]> {
  const text = await new Response(
    runtime.export() as ReadableStream<Uint8Array<ArrayBuffer>>,
  ).text();
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.filter(({ kind }) => kind === "message")).toEqual([]);
  return lines
    .filter(({ kind }) => kind === "position")
    .filter(({ source }) => source.startsWith(`test/in/${topic}/`))
    .map(({ source, position }) => [source.split("/").at(-1), Number.parseInt(position, 10)]);
}

async function committed(): Promise<readonly (readonly [string, number])[]> {
  const admin = new Admin({ clientId: "test", bootstrapBrokers: [broker.brokers] });
  try {
    const groups = await admin.listConsumerGroupOffsets({ groups: [topic] });
    return groups
      .flatMap(({ topics }) => topics)
      .flatMap((one) => one.partitions)
      .map(({ partitionIndex, committedOffset }) => [
        String(partitionIndex),
        Number(committedOffset),
      ]);
  } finally {
    await admin.close();
  }
}

it("an engine that is closed under load hands its group on: no record twice, and none lost", async () => {
  await broker.createTopic(topic, partitions);
  let round = 0;
  let isWriting = true;
  const writing = (async () => {
    while (isWriting) {
      const value = JSON.stringify({ n: ++round });
      await write(
        broker.brokers,
        ids.map((key) => ({ topic, key, value })),
      );
    }
  })();
  const store = memoryStore();
  const first = application();
  const runtime = await host.start([first.functions], first.ingress, { store });
  await expect.poll(() => first.heard.length, { interval: 5 }).toBeGreaterThan(500);
  await runtime.close();

  // What it has read is in the group, to the record: whoever reads next knows nothing else.
  const closed = await host.start([application().functions], [], { store, paused: true });
  const positions = await positionsOf(closed);
  expect([...(await committed())].sort()).toEqual([...positions].sort());
  expect(positions.reduce((sum, [, offset]) => sum + offset, 0)).toBe(first.heard.length);

  const second = application();
  await host.start([second.functions], second.ingress);
  await expect.poll(() => second.heard.length, { interval: 5 }).toBeGreaterThan(500);
  isWriting = false;
  await writing;
  const written = round * ids.length;
  await expect.poll(() => first.heard.length + second.heard.length).toBe(written);
  const all = [...first.heard, ...second.heard];
  for (const id of ids) {
    const own = all.filter((one) => one.id === id).map(({ text }) => JSON.parse(text).n);
    expect(own, id).toEqual(Array.from({ length: round }, (_, index) => index + 1));
  }
  expect(host.errors).toEqual([]);
});
