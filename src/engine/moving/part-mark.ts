import { isRecord } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { keyOf } from "../commit/pending-message.ts";
import type { PausedRecord } from "../contract/actions.ts";
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
  /** Instances with states of it whose ids rows do not have: it has a note of each. */
  readonly named: number;
  /** Some of it may be gone. */
  readonly isAbandoned: boolean;
  /** All of it is gone. What comes of it now is late, until it is checked again. */
  readonly isGone: boolean;
}

export function newMark({ journal }: Partition): PartMark {
  const { number, cell } = journal.given;
  return {
    ...{ line: 0, number: 0, before: number, cellsBefore: cell },
    ...{ isReplaced: false, mail: 0, numbers: [], cells: [], named: 0 },
    ...{ isAbandoned: false, isGone: false },
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
export function notePause(partition: Partition, sha256: string, record: PausedRecord): void {
  const { typename, id = "" } = record;
  saveNote(partition, `${keyOfMark(sha256)}/paused/${keyOf({ typename, id })}`, record);
}

/** What such a note says. */
export function pauseIn(
  sha256: string,
  { target, key, digest }: AcceptedRecord,
): PausedRecord | undefined {
  if (target.typename !== adminAddress.typename) return undefined;
  if (!key.startsWith(`${keyOfMark(sha256)}/paused/`)) return undefined;
  // It was written by us.
  return JSON.parse(digest) as PausedRecord;
}

/** Notes in the open window an instance with states of this import whose id rows do not have. */
export function noteName(
  partition: Partition,
  sha256: string,
  index: number,
  address: WireAddress,
): void {
  saveNote(partition, keyOfName(sha256, index), address);
}

/** Whether it is one: states are named by it as long as any is left, so it stays until it expires. */
export function isNameNote(sha256: string, { target, key }: AcceptedRecord): boolean {
  return target.typename === adminAddress.typename && key.startsWith(keyOfName(sha256, ""));
}

/** What all of them say. */
export function namesIn(
  { options: { store } }: Partition,
  sha256: string,
  { named }: PartMark,
): readonly WireAddress[] {
  const found: WireAddress[] = [];
  for (let index = 1; index <= named; index++) {
    const note = store.accepted(adminAddress, keyOfName(sha256, index));
    // It was written by us.
    if (note !== undefined) found.push(JSON.parse(note.digest) as WireAddress);
  }
  return found;
}

function saveNote({ calls, journal, options }: Partition, key: string, note: object): void {
  calls.accept({
    ...mine(key, journal.nextNumber()),
    digest: JSON.stringify(note),
    expiresAt: journal.now() + options.idempotencyRetentionMs,
  });
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

function keyOfName(sha256: string, index: number | ""): string {
  return `${keyOfMark(sha256)}/named/${index}`;
}

function markIn({ digest, number }: AcceptedRecord): PartMark {
  if (!digest.startsWith("{")) {
    const [line = 0, before = 0, cellsBefore = 0] = digest.split(" ").map(Number);
    const none = { numbers: undefined, cells: undefined, named: 0 };
    const unknown = { isReplaced: false, mail: 0, ...none, isAbandoned: false, isGone: false };
    return { line, before, cellsBefore, number, ...unknown };
  }
  const mark: unknown = JSON.parse(digest);
  if (!isRecord(mark))
    throw new StateFunError("store_failed", "the mark of an import cannot be read");
  // It was written by us.
  return {
    named: 0,
    isGone: false,
    ...(mark as unknown as Omit<PartMark, "named" | "isGone">),
    number,
  };
}
