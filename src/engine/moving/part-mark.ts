import { isRecord } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { keyOf } from "../commit/pending-message.ts";
import type { AcceptedRecord, Position } from "../contract/records.ts";
import type { Partition } from "../partition.ts";
import { adminAddress } from "../routing/system-addresses.ts";
import { type Before, keyPresent } from "./present.ts";

/** Behind the first one, up to the second one. */
type Range = readonly [after: number, upTo: number];

/**
 * How far an export has come in one partition among many, and what of it is here. It is kept as an idempotency key is, and for as long:
 * it holds up no partition that could be forgotten for longer than that.
 */
export interface PartMark extends Before {
  /** All of its lines up to this one are written. */
  readonly line: number;
  /** Its own; 0 for one that is not stored yet. */
  readonly number: Position;
  /** Something that was here before may be gone. */
  readonly isReplaced: boolean;
  /** Messages and timers that it has brought. */
  readonly mail: number;
  /** The numbers and cells of its records, ascending. In between others may have come. Undefined in a mark of an older version. */
  readonly numbers: readonly Range[] | undefined;
  readonly cells: readonly Range[] | undefined;
  /** Some of it may be gone. */
  readonly isAbandoned: boolean;
}

export function newMark({ journal }: Partition): PartMark {
  const { number, cell } = journal.given;
  return {
    ...{ line: 0, number: 0, before: number, cellsBefore: cell },
    ...{ isReplaced: false, mail: 0, numbers: [], cells: [], isAbandoned: false },
  };
}

export function withRange(
  ranges: readonly Range[] | undefined,
  after: number,
  upTo: number,
): readonly Range[] | undefined {
  if (ranges === undefined || after === upTo) return ranges;
  const last = ranges.at(-1);
  if (last?.[1] === after) return [...ranges.slice(0, -1), [last[0], upTo]];
  return [...ranges, [after, upTo]];
}

export function isWithin(ranges: readonly Range[], number: number): boolean {
  return ranges.some(([after, upTo]) => number > after && number <= upTo);
}

export function markOf(partition: Partition, sha256: string): PartMark | undefined {
  const found = keyPresent(partition, adminAddress, keyOfMark(sha256));
  return found && markIn(found);
}

/** Puts it in the open window. */
export function saveMark(partition: Partition, sha256: string, mark: PartMark): void {
  const { calls, journal, options } = partition;
  const { number, ...digest } = mark;
  calls.accept({
    ...mine(keyOfMark(sha256), number === 0 ? journal.nextNumber() : number),
    digest: JSON.stringify(digest),
    expiresAt: journal.now() + options.idempotencyRetentionMs,
  });
}

/** Notes in the open window that an instance was paused by this import. */
export function saveNote(
  { calls, journal, options }: Partition,
  sha256: string,
  paused: WireAddress,
): void {
  calls.accept({
    ...mine(`${keyOfMark(sha256)}/paused/${keyOf(paused)}`, journal.nextNumber()),
    digest: JSON.stringify(paused),
    expiresAt: journal.now() + options.idempotencyRetentionMs,
  });
}

/** What such a note says. */
export function notedIn(
  sha256: string,
  { target, key, digest }: AcceptedRecord,
): WireAddress | undefined {
  if (target.typename !== adminAddress.typename) return undefined;
  if (!key.startsWith(`${keyOfMark(sha256)}/paused/`)) return undefined;
  // It was written by us.
  return JSON.parse(digest) as WireAddress;
}

/** Takes it out in the open window. A key that has expired counts as absent, and is swept. */
export function dropMark({ calls }: Partition, sha256: string, { number }: PartMark): void {
  calls.accept({ ...mine(keyOfMark(sha256), number), digest: "", expiresAt: 0 });
}

function mine(key: string, number: Position) {
  return { target: adminAddress, key, number, call: undefined, outcome: undefined };
}

function keyOfMark(sha256: string): string {
  return `statefun/import/${sha256}`;
}

function markIn({ digest, number }: AcceptedRecord): PartMark {
  if (!digest.startsWith("{")) {
    const [line = 0, before = 0, cellsBefore = 0] = digest.split(" ").map(Number);
    const none = { numbers: undefined, cells: undefined };
    const unknown = { isReplaced: false, mail: 0, ...none, isAbandoned: false };
    return { line, before, cellsBefore, number, ...unknown };
  }
  const mark: unknown = JSON.parse(digest);
  if (!isRecord(mark))
    throw new StateFunError("store_failed", "the mark of an import cannot be read");
  // It was written by us.
  return { ...(mark as unknown as PartMark), number };
}
