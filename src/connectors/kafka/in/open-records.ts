import { inTime } from "../../../internal/deadline.ts";
import { StateFunError } from "../../../internal/errors.ts";
import type { WireValue } from "../../../model/invocation.ts";
import type { AnyType, Decoder } from "../../../sdk/types/type.ts";
import { traitsOf } from "../../../sdk/types/type-traits.ts";
import { requiredOf } from "./decoders.ts";
import type { TopicRecord } from "./read-batches.ts";

/** Makes what a decoder can read of each record. Never rejects: what is wrong with a record is found where it is read. */
export type OpenRecords = (records: readonly TopicRecord[]) => Promise<readonly TopicRecord[]>;

/** How long keys may take: as long as a batch of a function by default. */
const keyTimeMs = 60_000;

/** Of an encrypted type. Undefined for every other, whose records are read as they are. */
export function openRecordsOf(
  decoder: Decoder<unknown>,
  timeMs: number = keyTimeMs,
): OpenRecords | undefined {
  // Only types have traits, and none is found on another decoder.
  const type = (requiredOf(decoder) ?? decoder) as AnyType;
  const { open } = traitsOf(type);
  if (open === undefined) return undefined;
  return (records) =>
    Promise.all(records.map((record) => opened(record, type.typename, open, timeMs)));
}

async function opened(
  record: TopicRecord,
  typename: string,
  open: (wire: WireValue) => Promise<WireValue>,
  timeMs: number,
): Promise<TopicRecord> {
  if (record.value === null) return record;
  const wire = open({ typename, bytes: record.value, headers: [] });
  const value = await inTime(timeMs, wire, () => undefined);
  if (value?.bytes !== undefined) return { ...record, value: value.bytes };
  const text = `a value of ${typename}: its key did not arrive within ${timeMs} ms`;
  return { ...record, late: new StateFunError("unavailable", text) };
}

/** Whether a record can be read once a key is there. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof StateFunError && error.code === "unavailable";
}
