import type { CommitWindow, Opened } from "../../engine/contract/store.ts";
import { progressOf } from "../damage.ts";
import { wrongSequence } from "../store-errors.ts";
import { RecordWriter, recordIn } from "./object-codec.ts";
import type { ObjectRows } from "./rows/object-rows.ts";

/** What the row has: what a window says of itself, and one thing more. */
export interface Progress extends Opened {
  readonly opener: string;
  /** The greatest number of a message that had an idempotency key: no later one needs to be looked for. */
  readonly lastAccepted: number;
}

const nothing: Progress = {
  sequence: 0,
  time: 0,
  openedAt: 0,
  lastNumber: 0,
  lastCell: 0,
  identity: undefined,
  isClean: true,
  opener: "",
  lastAccepted: 0,
};

/** How far the history goes: written by every window, at the end of the head. */
export class ObjectProgress {
  readonly #rows: ObjectRows;
  /** What was read last. */
  #last: { readonly data: Uint8Array; readonly progress: Progress } | undefined;

  constructor(rows: ObjectRows) {
    this.#rows = rows;
  }

  read(): Progress {
    const data = this.#rows.progress;
    if (data === undefined) return nothing;
    if (this.#last?.data !== data) {
      const progress = progressOf(this.#rows.driver.name, () => recordOf(data));
      this.#last = { data, progress };
    }
    return this.#last.progress;
  }

  /** What was before a window that is the next one; undefined if it already exists. Throws if it is neither. */
  before({ sequence, opener }: CommitWindow): Progress | undefined {
    const before = this.read();
    if (sequence === before.sequence + 1) return before;
    if (sequence === before.sequence && opener === before.opener) return undefined;
    throw wrongSequence(this.#rows.driver.name, before.sequence, sequence);
  }

  /**
   * | field | what |
   * |---|---|
   * | 1 | the sequence of the window |
   * | 2, 3 | who has opened the store, and when |
   * | 4 | its time |
   * | 5, 6 | the last number and the last cell that were given out |
   * | 7 | the identity |
   * | 8 | 1 of a clean end |
   * | 9 | the last number of a key |
   * | 10 | a row of the head, once for each (rows/head-row.ts) |
   */
  write(window: CommitWindow, lastAccepted: number): void {
    const { sequence, opener, openedAt, time, lastNumber, lastCell, identity, isClean } = window;
    // What differs between two engines stands at the end, by which the head is recognised (rows/object-writes.ts).
    const record = new RecordWriter().text(7, identity);
    record.number(1, sequence).text(2, opener).number(3, openedAt);
    record.number(4, time).number(5, lastNumber).number(6, lastCell);
    record.count(8, isClean ? 1 : 0).number(9, lastAccepted);
    this.#rows.progress = record.done();
  }
}

function recordOf(data: Uint8Array): Progress {
  const reader = recordIn(data);
  return {
    sequence: reader.number(1),
    opener: reader.text(2),
    openedAt: reader.number(3),
    time: reader.number(4),
    lastNumber: reader.number(5),
    lastCell: reader.number(6),
    identity: reader.text(7),
    isClean: reader.count(8) === 1,
    lastAccepted: reader.number(9),
  };
}
