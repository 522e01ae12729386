import type { DeadHead, DeadRecord } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { noBytes } from "../../internal/bytes.ts";
import { deadHeadOf } from "../dead-head.ts";
import { RowCounts } from "../row-counts.ts";
import { RecordWriter, recordIn } from "./object-codec.ts";
import { hashOf, keyOf, numberBehind } from "./object-keys.ts";
import { dead } from "./object-kinds.ts";
import { readMessage, writeMessage } from "./object-messages.ts";
import type { ObjectRecords } from "./rows/object-records.ts";
import type { ObjectRow } from "./rows/object-row.ts";
import type { ObjectRows } from "./rows/object-rows.ts";

export class ObjectDead {
  readonly #records: ObjectRecords;
  readonly #rows: ObjectRows;
  readonly #counts: RowCounts;

  constructor(records: ObjectRecords) {
    this.#records = records;
    this.#rows = records.rows;
    this.#counts = new RowCounts(records.rows.aside);
  }

  /** Of one function or egress, this looks through all others as well: it is asked by people. */
  page(after: number, limit: number, typename: string | undefined): DeadRecord[] {
    if (typename === undefined) return this.#records.page(dead, recordOf, keyOf(), after, limit);
    return this.#records.matching(dead, typename, after, limit, recordOf, subjectOf);
  }

  /** Reads them whole: asked by people as well. */
  heads(after: number, limit: number, typename: string | undefined): DeadHead[] {
    return this.page(after, limit, typename).map(deadHeadOf);
  }

  all(): DeadRecord[] {
    return this.#records.every(dead, recordOf);
  }

  at(number: number): DeadRecord | undefined {
    return this.#records.one(dead, recordOf, keyOf(number));
  }

  count(): number {
    return this.#counts.get(undefined, () => this.#rows.count(dead));
  }

  apply({ dead: { added, removed } }: CommitWindow): void {
    // Each of them costs a row that is read when they are counted.
    for (const number of removed)
      if (this.#rows.drop(dead, keyOf(number))) this.#counts.change(undefined, -1);
    this.#counts.change(undefined, added.length);
    for (const record of added) {
      this.#rows.insert(dead, keyOf(record.number), {
        number: hashOf(subjectOf(record)),
        data: dataOf(record),
      });
    }
  }

  /** After a window that was rolled back: what was counted may not be so. */
  forgetCounts(): void {
    this.#counts.forget();
  }
}

/** What a dead letter is listed under: its egress, if it was for one, else its function. */
function subjectOf({ egress, target }: DeadRecord): string {
  return egress ?? target.typename;
}

/**
 * | field | what |
 * |---|---|
 * | 1 to 7 | the message (object-messages.ts) |
 * | 8, 9 | the code and the reason |
 * | 10 | the attempts |
 * | 11 | when it was given up |
 * | 12 | the egress, if it was for one |
 */
function dataOf(record: DeadRecord): Uint8Array {
  const writer = new RecordWriter().text(8, record.code).text(9, record.reason);
  writer.number(10, record.attempts).number(11, record.failedAt).optionalText(12, record.egress);
  return writeMessage(writer, record);
}

function recordOf({ key, data }: ObjectRow): DeadRecord {
  const reader = recordIn(data);
  return {
    number: numberBehind(noBytes, key),
    code: reader.text(8),
    reason: reader.text(9),
    attempts: reader.number(10),
    failedAt: reader.number(11),
    egress: reader.optionalText(12),
    ...readMessage(reader),
  };
}
