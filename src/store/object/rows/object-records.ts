import { noBytes } from "../../../internal/bytes.ts";
import type { Damage } from "../../damage.ts";
import { afterNumber, endOf, hashOf } from "../object-keys.ts";
import type { ObjectRow, RowRange, StoredRow } from "./object-row.ts";
import type { ObjectRows } from "./object-rows.ts";

type RecordOf<T> = (row: ObjectRow) => T;

/** Reads records from rows. One that cannot be read is put aside, and left out. Called outside of a transaction. */
export class ObjectRecords {
  readonly rows: ObjectRows;
  readonly #damage: Damage;

  constructor(rows: ObjectRows, damage: Damage) {
    this.rows = rows;
    this.#damage = damage;
  }

  /** What `recordOf` makes of rows. */
  all<T>(kind: number, recordOf: RecordOf<T>, range: RowRange): T[] {
    return this.#recordsOf(kind, this.rows.read(kind, range), recordOf);
  }

  /** All of a kind, in the order of their keys. */
  every<T>(kind: number, recordOf: RecordOf<T>): T[] {
    return this.all(kind, recordOf, { after: Uint8Array.of(0), before: endOf(noBytes) });
  }

  /** The record under a key. */
  one<T>(kind: number, recordOf: RecordOf<T>, key: Uint8Array): T | undefined {
    return this.all(kind, recordOf, { key })[0];
  }

  /**
   * Those whose key begins with `prefix` and a number greater than this, in order, and those alone that expire after
   * `time` if there is one. None where nothing comes behind, and
   * not because nothing of it could be read.
   */
  page<T>(
    kind: number,
    recordOf: RecordOf<T>,
    prefix: Uint8Array,
    after: number,
    limit: number,
    time?: number,
  ): T[] {
    const later = time === undefined ? {} : { later: time };
    const range = { after: afterNumber(prefix, after), before: endOf(prefix), ...later, limit };
    return this.#some(kind, recordOf, range);
  }

  /**
   * Those whose text, of which `number` is the hash, is this one, in order after a number. Looks through all rows
   * of the kind: there are few, or this is asked seldom.
   */
  matching<T>(
    kind: number,
    text: string,
    after: number,
    limit: number,
    recordOf: RecordOf<T>,
    textOf: (record: T) => string | undefined,
  ): T[] {
    const found: T[] = [];
    const keyed = (row: ObjectRow) => ({ key: row.key, record: recordOf(row) });
    const number = hashOf(text);
    let from = afterNumber(noBytes, after);
    while (found.length < limit) {
      const left = limit - found.length;
      const rows = this.#some(kind, keyed, { after: from, number, limit: left });
      for (const { record } of rows) if (textOf(record) === text) found.push(record);
      const last = rows.at(-1);
      if (last === undefined || rows.length < left) break;
      from = last.key;
    }
    return found;
  }

  /** As `all`, and on behind those where none of them can be read. */
  #some<T>(kind: number, recordOf: RecordOf<T>, range: RowRange): T[] {
    for (let rest = range; ; ) {
      const rows = this.rows.read(kind, rest);
      const records = this.#recordsOf(kind, rows, recordOf);
      const last = rows.at(-1)?.key;
      if (records.length > 0 || !(last instanceof Uint8Array)) return records;
      rest = { ...range, after: last };
    }
  }

  #recordsOf<T>(kind: number, rows: readonly StoredRow[], recordOf: RecordOf<T>): T[] {
    const records: T[] = [];
    for (const row of rows) {
      try {
        records.push(recordOf(this.rows.whole(kind, row)));
      } catch (error) {
        const { key } = row;
        const hex = key instanceof Uint8Array ? hexOf(key.subarray(0, 100)) : String(key);
        const what = `a row of kind ${kind} with the key ${hex}`;
        const move = () => this.rows.aside.move(kind, key);
        this.#damage.found(what, error, move, (body) => this.rows.transaction(body));
      }
    }
    return records;
  }
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
