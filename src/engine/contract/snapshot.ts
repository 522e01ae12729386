import type { WireAddress } from "../../model/invocation.ts";
import type { PausedRecord } from "./actions.ts";
import type {
  AcceptedRecord,
  DeadRecord,
  EgressRow,
  MessageRecord,
  Position,
  StoredCell,
  TimerRecord,
} from "./records.ts";

/** What is read at once, as far as a page is not longer for one record. */
export const snapshotPageBytes = 1_048_576;

/** Rows of an object have the ids of its instances, unless they are longer. */
export const longestStoredId = 256;

/** An instance with all its states, expired ones that are not swept yet included. */
export interface StoredInstance {
  readonly address: WireAddress;
  readonly states: ReadonlyMap<string, StoredCell>;
}

/**
 * A store as it is after one window, whatever is committed later. Reads are synchronous, in pages of at most `limit` rows and
 * about 1 MiB; a page is empty at the end only. Its memory does not depend on the size of the store (a store in memory keeps its own records for it).
 * What cannot be read is thrown: an export without it would lose it silently. Must be closed.
 */
export interface StoreSnapshot {
  /** Engine time, and the greatest number given out, of that window. */
  readonly time: number;
  readonly lastNumber: Position;
  /**
   * Does a part of what must be done before the first instance is given, a few milliseconds of it, and says whether there is more. A
   * caller that does not ask waits for it then. Absent where nothing is to be done.
   */
  prepare?(): boolean;
  /** By typename and id in the order of their UTF-8, behind `after`. */
  instances(after: WireAddress | undefined, limit: number): readonly StoredInstance[];
  /** By number, as all that follow. */
  messages(after: Position, limit: number): readonly MessageRecord[];
  timers(after: Position, limit: number): readonly TimerRecord[];
  /** Those to be delivered and those that are kept, together. */
  records(after: Position, limit: number): readonly EgressRow[];
  dead(after: Position, limit: number): readonly DeadRecord[];
  accepted(after: Position, limit: number): readonly AcceptedRecord[];
  positions(
    after: string | undefined,
    limit: number,
  ): readonly { readonly source: string; readonly position: string }[];
  paused(): readonly PausedRecord[];
  close(): void;
}
