import { type CommittedPosition, isSameLog, type LogPosition } from "../client/log-position.ts";
import type { IngressSettings, StartupPosition } from "../ingress-settings.ts";
import { earliest, type ListOffsets, latest } from "./offsets.ts";

/** All that is known of a topic when some of its partitions begin here. */
export interface TopicStart {
  readonly topic: string;
  /** The id of its log now. */
  readonly log: string;
  /** Of all partitions, whichever member has them. */
  readonly count: number;
  /** Those that begin here. */
  readonly wanted: readonly number[];
  readonly stored: (partition: number) => LogPosition | undefined;
  readonly committed: ReadonlyMap<number, CommittedPosition>;
  /** Of this store. */
  readonly identity: string;
}

export interface Starts {
  /** Of each wanted partition, among others. */
  readonly offsets: ReadonlyMap<number, bigint>;
  /** What the group has to know: where each partition of a topic begins that is new to it. */
  readonly news: ReadonlyMap<number, bigint>;
  /** Positions in a log that is gone: the topic was deleted, and created again. */
  readonly gone: ReadonlyMap<number, LogPosition>;
}

/**
 * Where partitions begin. A position of another log does not count. A partition of a known topic without any known
 * position is new, and begins at its beginning, because otherwise its first records would be lost. For a topic
 * without any known position the startup position applies to every partition, so that none of them looks new to
 * the member that gets it later.
 */
export async function findStarts(
  list: ListOffsets,
  settings: IngressSettings,
  start: TopicStart,
): Promise<Starts> {
  const { topic, log, count, wanted } = start;
  const offsets = new Map<number, bigint>();
  const gone = new Map<number, LogPosition>();
  for (let partition = 0; partition < count; partition++) {
    const isHere = wanted.includes(partition);
    const stored = isHere ? start.stored(partition) : undefined;
    const known = [stored, start.committed.get(partition)].filter((one) => one !== undefined);
    const old = known.find((one) => !isSameLog(one.log, log));
    const offset = furthest(start, partition, stored);
    if (offset !== undefined) offsets.set(partition, offset);
    else if (old !== undefined) gone.set(partition, old);
  }
  const all = Array.from({ length: count }, (_, index) => index);
  const isNew = offsets.size === 0;
  const unknown = all.filter((partition) => !offsets.has(partition));
  if (unknown.length > 0) {
    const found =
      isNew && gone.size === 0
        ? await findNew(list, topic, all, settings)
        : await list(topic, unknown, earliest);
    for (const [partition, offset] of found) offsets.set(partition, offset);
  }
  const news = isNew ? offsets : new Map<number, bigint>();
  return { offsets, news, gone };
}

/**
 * The later of the positions of this store and its group. What the group has from this same store is not news, but
 * shows that the store went back, for example to a backup: it reads again what it has forgotten.
 */
function furthest(
  { log, committed, identity }: TopicStart,
  partition: number,
  stored: LogPosition | undefined,
): bigint | undefined {
  const own = stored !== undefined && isSameLog(stored.log, log) ? stored.offset : undefined;
  const group = committed.get(partition);
  if (group === undefined || !isSameLog(group.log, log)) return own;
  if (own === undefined) return group.offset;
  return group.by === identity || group.offset < own ? own : group.offset;
}

async function findNew(
  list: ListOffsets,
  topic: string,
  partitions: readonly number[],
  { startupPosition: position, autoOffsetReset: reset }: IngressSettings,
): Promise<ReadonlyMap<number, bigint>> {
  if (typeof position === "object" && "timestampMs" in position) {
    const found = new Map(await list(topic, partitions, BigInt(position.timestampMs)));
    // Nothing is as young as that.
    const empty = partitions.filter((one) => (found.get(one) ?? -1n) < 0n);
    const ends = empty.length === 0 ? [] : await list(topic, empty, latest);
    return new Map([...found, ...ends]);
  }
  const given = givenOffsets(position, topic, partitions);
  const rest = partitions.filter((one) => !given.has(one));
  const end = position === "earliest" || position === "latest" ? position : reset;
  const found = rest.length === 0 ? [] : await list(topic, rest, timeOf(end));
  return new Map([...given, ...found]);
}

function givenOffsets(
  position: StartupPosition,
  topic: string,
  partitions: readonly number[],
): ReadonlyMap<number, bigint> {
  const given = new Map<number, bigint>();
  if (typeof position !== "object" || !("offsets" in position)) return given;
  for (const partition of partitions) {
    const offset = position.offsets[`${topic}/${partition}`];
    if (offset !== undefined) given.set(partition, offset);
  }
  return given;
}

/**
 * Where a partition goes on whose next record is not there: at what the group knows, if that is; else at the reset
 * position.
 */
export async function resetOffset(
  list: ListOffsets,
  topic: string,
  partition: number,
  committed: bigint | undefined,
  reset: "earliest" | "latest",
): Promise<bigint> {
  const first = (await list(topic, [partition], earliest)).get(partition) ?? 0n;
  const last = (await list(topic, [partition], latest)).get(partition) ?? first;
  if (committed !== undefined && committed >= first && committed <= last) return committed;
  return reset === "earliest" ? first : last;
}

function timeOf(end: "earliest" | "latest"): bigint {
  return end === "earliest" ? earliest : latest;
}
