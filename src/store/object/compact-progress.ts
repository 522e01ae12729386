import type { CommitWindow, Opened } from "../../engine/contract/store.ts";
import { progressOf } from "../damage.ts";
import type { Schema } from "../schema.ts";
import { wrongSequence } from "../store-errors.ts";
import { RecordWriter, recordIn } from "./compact-codec.ts";
import { progress } from "./compact-kinds.ts";
import type { CompactRow } from "./compact-row.ts";
import type { CompactRows } from "./compact-rows.ts";

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

/** How far the history goes: one row, written by every window. */
export class CompactProgress {
  readonly #rows: CompactRows;
  readonly #schema: Schema;
  /** Of the only row of its kind. */
  readonly #key: Uint8Array = Uint8Array.of(0);

  constructor(rows: CompactRows, schema: Schema) {
    this.#rows = rows;
    this.#schema = schema;
  }

  read(): Progress {
    const row = this.#rows.find(progress, this.#key);
    if (row === undefined) return nothing;
    return progressOf(this.#rows.driver.name, () => recordOf(row));
  }

  /** What was before a window that is the next one; undefined if it already exists. Throws if it is neither. */
  before({ sequence, opener }: CommitWindow): Progress | undefined {
    const before = this.read();
    if (sequence === before.sequence + 1) return before;
    if (sequence === before.sequence && opener === before.opener) return undefined;
    throw wrongSequence(this.#rows.driver.name, before.sequence, sequence);
  }

  /**
   * Code of an older version leaves the version of the table as it is.
   *
   * | field | what |
   * |---|---|
   * | 1 | the sequence of the window |
   * | 2, 3 | who has opened the store, and when |
   * | 4 | its time |
   * | 5, 6 | the last number and the last cell that were given out |
   * | 7 | the identity |
   * | 8 | 1 of a clean end |
   * | 9 | the last number of a key |
   */
  write(window: CommitWindow, lastAccepted: number): void {
    const { sequence, opener, openedAt, time, lastNumber, lastCell, identity, isClean } = window;
    const record = new RecordWriter().number(1, sequence).text(2, opener).number(3, openedAt);
    record.number(4, time).number(5, lastNumber).number(6, lastCell).text(7, identity);
    record.count(8, isClean ? 1 : 0).number(9, lastAccepted);
    const { version, readableBy } = this.#schema;
    const stored = this.#rows.find(progress, this.#key);
    this.#rows.put(progress, this.#key, {
      at: stored?.at ?? readableBy,
      number: stored?.number ?? version,
      data: record.done(),
    });
  }
}

function recordOf({ data }: CompactRow): Progress {
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
