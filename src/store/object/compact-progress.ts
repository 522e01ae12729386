import type { CommitWindow, Opened } from "../../engine/contract/store.ts";
import { progressOf } from "../damage.ts";
import type { Schema } from "../schema.ts";
import { wrongSequence } from "../store-errors.ts";
import { RecordReader, RecordWriter } from "./compact-codec.ts";
import { progress } from "./compact-kinds.ts";
import type { CompactRow, CompactRows } from "./compact-rows.ts";

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

  /** Code of an older version leaves the version of the table as it is. */
  write(window: CommitWindow, lastAccepted: number): void {
    const { sequence, opener, openedAt, time, lastNumber, lastCell, identity, isClean } = window;
    const record = new RecordWriter().number(sequence).text(opener).number(openedAt).number(time);
    record
      .number(lastNumber)
      .number(lastCell)
      .text(identity)
      .number(isClean ? 1 : 0);
    const { version, readableBy } = this.#schema;
    const stored = this.#rows.find(progress, this.#key);
    this.#rows.put(progress, this.#key, {
      at: stored?.at ?? readableBy,
      number: stored?.number ?? version,
      data: record.number(lastAccepted).done(),
    });
  }
}

function recordOf({ data }: CompactRow): Progress {
  const reader = new RecordReader(data);
  return {
    sequence: reader.number(),
    opener: reader.text(),
    openedAt: reader.number(),
    time: reader.number(),
    lastNumber: reader.number(),
    lastCell: reader.number(),
    identity: reader.text(),
    isClean: reader.number() === 1,
    lastAccepted: reader.number(),
  };
}
