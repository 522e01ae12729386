import type { DeadRecord } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { noBytes } from "../../internal/bytes.ts";
import { integerOf } from "../drivers/columns.ts";
import { RecordReader, RecordWriter } from "./compact-codec.ts";
import { hashOf, keyOf, numberBehind } from "./compact-keys.ts";
import { dead } from "./compact-kinds.ts";
import { readMessage, writeMessage } from "./compact-messages.ts";
import type { CompactRow, CompactRows } from "./compact-rows.ts";

export class CompactDead {
  readonly #rows: CompactRows;
  /** The number of dead letters, once it was needed. */
  #count: number | undefined;

  constructor(rows: CompactRows) {
    this.#rows = rows;
  }

  /** Of one function or egress, this looks through all others as well: it is asked by people. */
  page(after: number, limit: number, typename: string | undefined): DeadRecord[] {
    // What cannot be read is put aside.
    this.forgetCount();
    if (typename === undefined) return this.#rows.page(dead, recordOf, keyOf(), after, limit);
    return this.#rows.matching(dead, typename, after, limit, recordOf, subjectOf);
  }

  at(number: number): DeadRecord | undefined {
    return this.#rows.record(dead, recordOf, keyOf(number));
  }

  count(): number {
    this.#count ??= this.#counted();
    return this.#count;
  }

  apply({ dead: { added, removed } }: CommitWindow): void {
    // Each of them costs a row that is read when they are counted.
    for (const number of removed) if (this.#rows.drop(dead, keyOf(number))) this.#change(-1);
    this.#change(added.length);
    for (const record of added) {
      const { number, code, reason, attempts, failedAt, egress } = record;
      const writer = new RecordWriter().text(code).text(reason).number(attempts).number(failedAt);
      this.#rows.insert(dead, keyOf(number), {
        number: hashOf(subjectOf(record)),
        data: writeMessage(writer.optionalText(egress), record),
      });
    }
  }

  /** After a window that was rolled back, or where rows may have been put aside: what was counted may not be so. */
  forgetCount(): void {
    this.#count = undefined;
  }

  #change(by: number): void {
    if (this.#count !== undefined) this.#count += by;
  }

  #counted(): number {
    const row = this.#rows.read("SELECT count(*) AS count FROM statefun WHERE kind = ?", dead)[0];
    return row === undefined ? 0 : integerOf(row, "count");
  }
}

/** What a dead letter is listed under: its egress, if it was for one, else its function. */
function subjectOf({ egress, target }: DeadRecord): string {
  return egress ?? target.typename;
}

function recordOf({ key, data }: CompactRow): DeadRecord {
  const reader = new RecordReader(data);
  return {
    number: numberBehind(noBytes, key),
    code: reader.text(),
    reason: reader.text(),
    attempts: reader.number(),
    failedAt: reader.number(),
    egress: reader.optionalText(),
    ...readMessage(reader),
  };
}
