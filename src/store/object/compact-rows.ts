import type { Opened } from "../../engine/contract/store.ts";
import { bytesFromText, joined, noBytes } from "../../internal/bytes.ts";
import { type Damage, isNumberless } from "../damage.ts";
import type { Row, SqlDriver, SqlValue } from "../drivers/sql-driver.ts";
import { damaged as damagedError } from "./compact-errors.ts";
import { afterNumber, endOf, hashOf, keyOf } from "./compact-keys.ts";
import { damaged, expiring, part, progress, state } from "./compact-kinds.ts";
import { type StoredTables, storedTables } from "./compact-schema.ts";
import { strayRows } from "./compact-stray-rows.ts";

/** What is written of a row beside its kind and key. */
export interface RowParts {
  readonly at?: number | undefined;
  readonly number?: number | undefined;
  readonly data: Uint8Array;
}

export interface CompactRow extends RowParts {
  readonly key: Uint8Array;
}

const insert = `INSERT INTO statefun (kind, key, at, number, parts, data) VALUES (?, ?, ?, ?, ?, ?)`;
const upsert = `${insert} ON CONFLICT (kind, key) DO UPDATE SET at = excluded.at,
  number = excluded.number, parts = excluded.parts, data = excluded.data`;
const columns = "key, at, number, parts, data";

/**
 * The one table. What is too long for a row is cut: the row has the first piece, and says in `parts` how many
 * more there are, in rows of their own. As long as nothing is, this costs no statement.
 */
export class CompactRows {
  readonly driver: SqlDriver;
  readonly #damage: Damage;
  #tables: StoredTables | undefined;
  /** Whether rows have pieces elsewhere, or had. */
  #isSplit: boolean;

  constructor(driver: SqlDriver, tables: StoredTables, damage: Damage) {
    this.driver = driver;
    this.#damage = damage;
    this.#tables = tables;
    this.#isSplit = this.has(part, part);
  }

  /** As it is now: within a transaction that may still be rolled back, as well. */
  get tables(): StoredTables {
    this.#tables ??= storedTables(this.driver);
    return this.#tables;
  }

  /** After a transaction that has made or may have made some, or was rolled back. */
  forgetTables(): void {
    this.#tables = undefined;
  }

  /** Of the columns that the statement names. */
  read(sql: string, ...params: readonly SqlValue[]): readonly Row[] {
    return this.tables.exists ? this.driver.exec(sql, ...params) : [];
  }

  /**
   * Puts aside rows with an integer that JavaScript has no number for: some runtimes give no row of a statement that finds
   * one. Whether there were any. Called outside of a transaction.
   */
  dropNumberless(error: unknown): boolean {
    if (!(error instanceof RangeError) || !this.#damage.isReported) return false;
    const where = ["kind", "at", "number", "parts"].map(isNumberless).join(" OR ");
    if (this.driver.exec(`SELECT 1 FROM statefun WHERE ${where} LIMIT 1`).length === 0)
      return false;
    const sql = `UPDATE OR REPLACE statefun SET kind = ?, at = NULL, number = NULL, parts = NULL,
      key = CAST(CAST(kind AS TEXT) || ' ' || hex(key) AS BLOB) WHERE ${where}`;
    this.#damage.found("rows with numbers out of range", error, () => {
      this.driver.exec(sql, damaged);
    });
    return true;
  }

  /** Whether there is any row of these kinds. */
  has(from: number, to: number): boolean {
    const sql = "SELECT 1 FROM statefun WHERE kind >= ? AND kind <= ? LIMIT 1";
    return this.read(sql, from, to).length > 0;
  }

  /** Whole rows. `where` is one of few texts, and begins with the kind. */
  select(kind: number, where: string, ...params: readonly SqlValue[]): CompactRow[] {
    const sql = `SELECT ${columns} FROM statefun WHERE kind = ? AND ${where}`;
    return this.read(sql, kind, ...params).map((row) => this.#whole(kind, row));
  }

  find(kind: number, key: Uint8Array): CompactRow | undefined {
    return this.select(kind, "key = ?", key)[0];
  }

  /** What `recordOf` makes of rows: one that cannot be read is put aside. Called outside of a transaction. */
  records<T>(
    kind: number,
    recordOf: (row: CompactRow) => T,
    where: string,
    ...params: readonly SqlValue[]
  ): T[] {
    const sql = `SELECT ${columns} FROM statefun WHERE kind = ? AND ${where}`;
    return this.#recordsOf(kind, this.read(sql, kind, ...params), recordOf);
  }

  /** The record under a key. */
  record<T>(kind: number, recordOf: (row: CompactRow) => T, key: Uint8Array): T | undefined {
    return this.records(kind, recordOf, "key = ?", key)[0];
  }

  /**
   * Those whose key begins with `prefix` and a number greater than this, in order, and those alone that expire after
   * `time` if there is one. None where nothing comes behind, and
   * not because nothing of it could be read.
   */
  page<T>(
    kind: number,
    recordOf: (row: CompactRow) => T,
    prefix: Uint8Array,
    after: number,
    limit: number,
    time?: number,
  ): T[] {
    const [alive, times] = time === undefined ? ["", []] : [" AND at > ?", [time]];
    const where = `key > ? AND key < ?${alive} ORDER BY key LIMIT ?`;
    const params = [endOf(prefix), ...times, limit];
    return this.#some(kind, recordOf, where, params, afterNumber(prefix, after));
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
    recordOf: (row: CompactRow) => T,
    textOf: (record: T) => string | undefined,
  ): T[] {
    const found: T[] = [];
    const where = "key > ? AND number = ? ORDER BY key LIMIT ?";
    const keyed = (row: CompactRow) => ({ key: row.key, record: recordOf(row) });
    let from = afterNumber(noBytes, after);
    while (found.length < limit) {
      const left = limit - found.length;
      const rows = this.#some(kind, keyed, where, [hashOf(text), left], from);
      for (const { record } of rows) if (textOf(record) === text) found.push(record);
      const last = rows.at(-1);
      if (last === undefined || rows.length < left) break;
      from = last.key;
    }
    return found;
  }

  /** As `records`, with the key behind which to look as the first parameter, and on where none of those can be read. */
  #some<T>(
    kind: number,
    recordOf: (row: CompactRow) => T,
    where: string,
    params: readonly SqlValue[],
    after: Uint8Array,
  ): T[] {
    const sql = `SELECT ${columns} FROM statefun WHERE kind = ? AND ${where}`;
    for (let from = after; ; ) {
      const rows = this.read(sql, kind, from, ...params);
      const records = this.#recordsOf(kind, rows, recordOf);
      const last = rows.at(-1)?.["key"];
      if (records.length > 0 || !(last instanceof Uint8Array)) return records;
      from = last;
    }
  }

  #recordsOf<T>(kind: number, rows: readonly Row[], recordOf: (row: CompactRow) => T): T[] {
    const records: T[] = [];
    for (const row of rows) {
      try {
        records.push(recordOf(this.#whole(kind, row)));
      } catch (error) {
        const { key } = row;
        const hex = key instanceof Uint8Array ? hexOf(key.subarray(0, 100)) : String(key);
        const what = `a row of kind ${kind} with the key ${hex}`;
        this.#damage.found(what, error, () => this.putAside(kind, key ?? null));
      }
    }
    return records;
  }

  /** Within a transaction. */
  putAside(kind: number, key: SqlValue): void {
    // Under the key that it had, behind its kind.
    const bytes = key instanceof Uint8Array ? key : bytesFromText(String(key));
    const aside = joined([Uint8Array.of(kind), bytes]);
    const sql = "UPDATE OR REPLACE statefun SET kind = ?, key = ? WHERE kind = ? AND key IS ?";
    this.driver.exec(sql, damaged, aside, kind, key);
  }

  /**
   * Puts aside what a window was refused for: rows whose numbers were never given out. Whether there were any.
   * Called outside of a transaction.
   */
  scrub(head: Pick<Opened, "lastNumber" | "lastCell">): boolean {
    if (!this.#damage.isReported) return false;
    const sql = "SELECT kind, key, number, data FROM statefun WHERE kind > ?";
    const stray = strayRows(this.read(sql, progress), head);
    const cause = damagedError("number that was never given out", undefined);
    if (stray.length === 0) return false;
    this.#damage.found("rows", cause, () => {
      for (const { kind, key } of stray) this.putAside(kind, key);
    });
    return true;
  }

  /** Fails if it is there. */
  insert(kind: number, key: Uint8Array, parts: RowParts): void {
    this.#write(insert, kind, key, parts);
  }

  /** Over what is there. */
  put(kind: number, key: Uint8Array, parts: RowParts): void {
    this.#dropParts(kind, key, key);
    this.#write(upsert, kind, key, parts);
  }

  /** Whether it was there. */
  drop(kind: number, key: Uint8Array): boolean {
    const sql = "DELETE FROM statefun WHERE kind = ? AND key = ?";
    if (!this.#isSplit) return this.driver.change(sql, kind, key);
    const row = this.driver.exec(`${sql} RETURNING parts`, kind, key)[0];
    if (row?.["parts"] != null) this.#dropParts(kind, key, key);
    return row !== undefined;
  }

  /** What was there, whole. */
  take(kind: number, key: Uint8Array): CompactRow | undefined {
    const sql = `DELETE FROM statefun WHERE kind = ? AND key = ? RETURNING ${columns}`;
    const row = this.driver.exec(sql, kind, key)[0];
    if (row === undefined) return undefined;
    const whole = this.#whole(kind, row);
    if (row["parts"] !== null) this.#dropParts(kind, key, key);
    return whole;
  }

  /** All whose key begins with `prefix` and a number up to this. */
  dropUpTo(kind: number, prefix: Uint8Array, number: number): void {
    const last = afterNumber(prefix, number);
    const sql = "DELETE FROM statefun WHERE kind = ? AND key > ? AND key <= ?";
    this.driver.exec(sql, kind, prefix, last);
    this.#dropParts(kind, prefix, last);
  }

  /** Whether there is a row whose key begins with `prefix` and a number greater than this. */
  hasAfter(kind: number, prefix: Uint8Array, number: number): boolean {
    const sql = "SELECT 1 FROM statefun WHERE kind = ? AND key > ? AND key < ? LIMIT 1";
    return this.read(sql, kind, afterNumber(prefix, number), endOf(prefix)).length > 0;
  }

  /** The first row whose key begins with `prefix` and a greater number has its own number after this, if it has one. */
  advance(kind: number, prefix: Uint8Array, number: number): void {
    const sql = `UPDATE statefun SET number = ? WHERE kind = ? AND number <= ? AND key = (
      SELECT key FROM statefun WHERE kind = ? AND key > ? AND key < ? ORDER BY key LIMIT 1)`;
    const range = [afterNumber(prefix, number), endOf(prefix)];
    this.driver.exec(sql, number + 1, kind, number, kind, ...range);
  }

  #write(sql: string, kind: number, key: Uint8Array, { at, number, data }: RowParts): void {
    const size = this.driver.maxValueBytes;
    const pieces = Math.ceil(data.length / size) - 1;
    const first = pieces > 0 ? data.subarray(0, size) : data;
    const parts = pieces > 0 ? pieces : null;
    this.driver.exec(sql, kind, key, at ?? null, number ?? null, parts, first);
    for (let piece = 1; piece <= pieces; piece += 1) {
      this.#isSplit = true;
      const bytes = data.subarray(piece * size, (piece + 1) * size);
      this.driver.exec(insert, part, partKey(kind, key, piece), null, null, null, bytes);
    }
  }

  /** Of the rows from the one to the other. */
  #dropParts(kind: number, from: Uint8Array, to: Uint8Array): void {
    if (!this.#isSplit) return;
    const sql = "DELETE FROM statefun WHERE kind = ? AND key > ? AND key < ?";
    this.driver.exec(sql, part, partKey(kind, from), endOf(partKey(kind, to)));
  }

  #whole(kind: number, row: Row): CompactRow {
    const key = bytesOf(row, "key");
    const data = bytesOf(row, "data");
    const { at, number, parts } = row;
    return {
      key,
      at: typeof at === "number" ? at : undefined,
      number: typeof number === "number" ? number : undefined,
      data: parts === null ? data : joined([data, ...this.#pieces(kind, key)]),
    };
  }

  #pieces(kind: number, key: Uint8Array): readonly Uint8Array[] {
    const prefix = partKey(kind, key);
    const sql = "SELECT data FROM statefun WHERE kind = ? AND key > ? AND key < ? ORDER BY key";
    return this.read(sql, part, prefix, endOf(prefix)).map((row) => bytesOf(row, "data"));
  }
}

export function bytesOf(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (value instanceof Uint8Array) return value;
  throw damagedError(column, value);
}

/** A number that a row of its kind always has. */
export function timeOf(value: number | undefined): number {
  if (value === undefined || !Number.isSafeInteger(value)) throw damagedError("number", value);
  return value;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A state keeps its pieces when it begins to expire. */
function partKey(kind: number, key: Uint8Array, piece?: number): Uint8Array {
  const owner = Uint8Array.of(kind === expiring ? state : kind);
  return joined([owner, key, piece === undefined ? noBytes : keyOf(piece)]);
}
