import { setTimeout } from "node:timers/promises";
import { Consumer, Producer } from "@platformatic/kafka";

/** A record as a test writes and reads it. */
export interface Written {
  readonly topic: string;
  readonly key?: string | Buffer;
  /** Undefined is a tombstone. */
  readonly value?: string | Uint8Array | undefined;
  readonly headers?: readonly (readonly [string, string])[];
  readonly partition?: number;
}

const bytes = (value: string | Uint8Array): Buffer => Buffer.from(value as string);

/** Writes records in their order. */
export async function write(brokers: string, records: readonly Written[]): Promise<void> {
  const producer = new Producer({
    clientId: "test",
    bootstrapBrokers: [brokers],
    idempotent: true,
  });
  try {
    for (let from = 0; from < records.length; from += 2_000) {
      const messages = records.slice(from, from + 2_000).map((one) => ({
        topic: one.topic,
        ...(one.key === undefined ? {} : { key: bytes(one.key) }),
        ...(one.partition === undefined ? {} : { partition: one.partition }),
        // Required by its type, and null for a tombstone on the wire.
        value: (one.value === undefined ? undefined : bytes(one.value)) as Buffer,
        headers: new Map((one.headers ?? []).map(([name, value]) => [bytes(name), bytes(value)])),
      }));
      await producer.send({ messages });
    }
  } finally {
    await producer.close();
  }
}

export interface Read {
  readonly key: string | undefined;
  readonly value: string;
  readonly isTombstone: boolean;
  readonly headers: readonly (readonly [string, string])[];
  readonly partition: number;
}

/** Reads a topic from its beginning, until there are so many records, or `enough` says so of the last one. */
export async function read(
  brokers: string,
  topic: string,
  enough: number | ((last: Read) => boolean),
  timeoutMs = 30_000,
): Promise<readonly Read[]> {
  const groupId = `read-${Math.random()}`;
  const consumer = new Consumer({ clientId: "test", bootstrapBrokers: [brokers], groupId });
  const all: Read[] = [];
  const isEnough = typeof enough === "number" ? () => all.length >= enough : enough;
  try {
    const stream = await consumer.consume({ topics: [topic], mode: "earliest", autocommit: false });
    const timer = globalThis.setTimeout(() => void stream.close(), timeoutMs);
    for await (const { key, value, headerEntries, partition } of stream) {
      const headers = headerEntries.map(([name, one]) => [String(name), String(one)] as const);
      // Its type says that there always is one.
      const isTombstone = (value as Buffer | null | undefined) == null;
      const last = { key: key?.toString(), value: String(value), isTombstone, headers, partition };
      all.push(last);
      if (isEnough(last)) break;
    }
    clearTimeout(timer);
  } finally {
    await consumer.close(true);
  }
  return all;
}

/** Somebody joins the group, gets partitions, takes nothing, and leaves. The result is how many it got. */
export async function visit(brokers: string, groupId: string, topic: string): Promise<number> {
  const visitor = new Consumer({ clientId: "visitor", bootstrapBrokers: [brokers], groupId });
  visitor.topics.trackAll(topic);
  await visitor.joinGroup();
  const got = visitor.assignments?.flatMap(({ partitions }) => partitions).length ?? 0;
  await setTimeout(500);
  await visitor.leaveGroup();
  await visitor.close();
  return got;
}
