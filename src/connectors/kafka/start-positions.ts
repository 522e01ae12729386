import type { Assignment, ConsumerClient } from "./client.ts";
import type { IngressSettings, StartupPosition } from "./ingress-settings.ts";

/** The first and the last offset, for a client that asks by time. */
const earliest = -2n;
const latest = -1n;

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** What a start has found: where partitions begin, and what the group should know of them. */
export interface Starts {
  readonly offsetOf: (partition: TopicPartition) => bigint;
  /** Of a topic that is new to the group: where each of its partitions begins, whoever has it. */
  readonly unknownToGroup: readonly (TopicPartition & { readonly offset: bigint })[];
}

type Offsets = Map<string, bigint>;

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/**
 * Where the assigned partitions begin that have no position in the store. What the group knows wins. A partition that it does not
 * know, of a topic that it knows, is new: it begins at its beginning, or its first records would be lost. Of a topic
 * that is all new the startup position holds, for every partition, so that none of them looks new to whoever gets it later.
 */
export async function findStarts(
  client: ConsumerClient,
  { startupPosition, autoOffsetReset }: IngressSettings,
  topics: ReadonlyMap<string, number>,
): Promise<Starts> {
  const assignments: Assignment[] = Array.from(topics, ([topic, count]) => ({
    topic,
    partitions: Array.from({ length: count }, (_, index) => index),
  }));
  const found: Offsets = new Map();
  const newTopics: Assignment[] = [];
  const committed = await client.listCommittedOffsets({ topics: assignments });
  for (const { topic, partitions } of assignments) {
    const known = committed.get(topic) ?? [];
    const missing = partitions.filter((partition) => (known[partition] ?? -1n) < 0n);
    for (const partition of partitions) {
      const offset = known[partition] ?? -1n;
      if (offset >= 0n) found.set(keyOf({ topic, partition }), offset);
    }
    if (missing.length === partitions.length) newTopics.push({ topic, partitions });
    else await listInto(found, client, { topic, partitions: missing }, earliest);
  }
  for (const one of newTopics) {
    await findNew(found, client, one, startupPosition, autoOffsetReset);
  }
  return {
    offsetOf: (partition) => found.get(keyOf(partition)) ?? 0n,
    unknownToGroup: newTopics.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => {
        const offset = found.get(keyOf({ topic, partition })) ?? 0n;
        return { topic, partition, offset };
      }),
    ),
  };
}

async function findNew(
  found: Offsets,
  client: ConsumerClient,
  { topic, partitions }: Assignment,
  position: StartupPosition,
  reset: "earliest" | "latest",
): Promise<void> {
  if (typeof position === "object" && "timestampMs" in position) {
    await listInto(found, client, { topic, partitions }, BigInt(position.timestampMs));
    // Nothing is as young as that.
    const empty = partitions.filter((one) => (found.get(`${topic}/${one}`) ?? -1n) < 0n);
    await listInto(found, client, { topic, partitions: empty }, latest);
    return;
  }
  const given = typeof position === "object" ? position.offsets : {};
  for (const partition of partitions) {
    const offset = given[keyOf({ topic, partition })];
    if (offset !== undefined) found.set(keyOf({ topic, partition }), offset);
  }
  const rest = partitions.filter((partition) => !found.has(keyOf({ topic, partition })));
  const end = position === "earliest" || position === "latest" ? position : reset;
  await listInto(
    found,
    client,
    { topic, partitions: rest },
    end === "earliest" ? earliest : latest,
  );
}

/** Where a partition goes on whose next record is no longer there. */
export async function resetOffset(
  client: ConsumerClient,
  { topic, partition }: TopicPartition,
  reset: "earliest" | "latest",
): Promise<bigint> {
  const found: Offsets = new Map();
  const time = reset === "earliest" ? earliest : latest;
  await listInto(found, client, { topic, partitions: [partition] }, time);
  return found.get(keyOf({ topic, partition })) ?? 0n;
}

async function listInto(
  found: Offsets,
  client: ConsumerClient,
  { topic, partitions }: Assignment,
  timestamp: bigint,
): Promise<void> {
  if (partitions.length === 0) return;
  const offsets = await client.listOffsets({
    topics: [topic],
    partitions: { [topic]: partitions },
    timestamp,
  });
  for (const partition of partitions) {
    const offset = offsets.get(topic)?.[partition];
    if (offset !== undefined) found.set(keyOf({ topic, partition }), offset);
  }
}
