import type { StateFunError } from "../../../internal/errors.ts";
import type { FetchedPartition, RecordBatch } from "../client/client.ts";

/** A record as it was read, before anybody looks into it. The byte arrays are views of what the network brought. */
export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [Uint8Array | null, Uint8Array | null])[];
  /** Of an encrypted one whose key took too long. */
  readonly late?: StateFunError;
}

export interface ReadBatches {
  readonly records: readonly TopicRecord[];
  /** What is to be fetched next; undefined when nothing came. */
  readonly next: bigint | undefined;
}

const hasLogAppendTime = 0b1000;
const isTransactional = 0b1_0000;
const isControl = 0b10_0000;

/**
 * The records from an offset on, without those of aborted transactions. The client leaves them in where the end of
 * their transaction has not come yet.
 */
export function readBatches(topic: string, fetched: FetchedPartition, from: bigint): ReadBatches {
  const records: TopicRecord[] = [];
  const waiting = (fetched.abortedTransactions ?? []).toSorted((left, right) =>
    left.firstOffset < right.firstOffset ? -1 : 1,
  );
  const aborted = new Set<bigint>();
  let next: bigint | undefined;
  for (const batch of fetched.records ?? []) {
    const last = batch.firstOffset + BigInt(batch.lastOffsetDelta);
    while (waiting[0] !== undefined && waiting[0].firstOffset <= last) {
      aborted.add(waiting[0].producerId);
      waiting.shift();
    }
    if (last >= from) next = last + 1n;
    if (batch.attributes & isControl) {
      if (isAbort(batch)) aborted.delete(batch.producerId);
    } else if (!(batch.attributes & isTransactional && aborted.has(batch.producerId))) {
      readBatch(topic, fetched.partitionIndex, batch, from, records);
    }
  }
  return { records, next };
}

function readBatch(
  topic: string,
  partition: number,
  batch: RecordBatch,
  from: bigint,
  records: TopicRecord[],
): void {
  for (const { offsetDelta, timestampDelta, key, value, headers } of batch.records) {
    const offset = batch.firstOffset + BigInt(offsetDelta);
    // A batch comes as a whole, also when it is asked for from its middle.
    if (offset < from) continue;
    const timestamp =
      batch.attributes & hasLogAppendTime
        ? batch.maxTimestamp
        : batch.firstTimestamp + timestampDelta;
    records.push({ topic, partition, offset, timestampMs: Number(timestamp), key, value, headers });
  }
}

/** The key of a control record is a version and a type: 0 aborts, 1 commits. */
function isAbort({ records }: RecordBatch): boolean {
  const key = records[0]?.key;
  return key !== undefined && key !== null && key[2] === 0 && key[3] === 0;
}
