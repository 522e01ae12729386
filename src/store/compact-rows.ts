import { noBytes } from "../internal/bytes.ts";
import { damaged } from "./compact-errors.ts";
import { afterNumber, endOf, hashOf, joined, keyOf } from "./compact-keys.ts";
import { expiring, part, state } from "./compact-kinds.ts";
import { type StoredTables, storedTables } from "./compact-schema.ts";
import type { Row, SqlDriver, SqlValue } from "./sql-driver.ts";

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
  #tables: StoredTables | undefined;
  /** Whether rows have pieces elsewhere, or had. */
  #isSplit: boolean;

  constructor(driver: SqlDriver, tables: StoredTables) {
    this.driver = driver;
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

  /** Those whose key begins with `prefix` and a number greater than this, in order. */
  page(kind: number, prefix: Uint8Array, after: number, limit: number): CompactRow[] {
    const where = "key > ? AND key < ? ORDER BY key LIMIT ?";
    return this.select(kind, where, afterNumber(prefix, after), endOf(prefix), limit);
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
    const where = "number = ? AND key > ? ORDER BY key LIMIT ?";
    let from = afterNumber(noBytes, after);
    while (found.length < limit) {
      const left = limit - found.length;
      const rows = this.select(kind, where, hashOf(text), from, left);
      const records = rows.map(recordOf);
      found.push(...records.filter((record) => textOf(record) === text));
      const last = rows.at(-1);
      if (last === undefined || rows.length < left) break;
      from = last.key;
    }
    return found;
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
    const sql = "DELETE FROM statefun WHERE kind = ? AND key = ? RETURNING parts";
    const row = this.driver.exec(sql, kind, key)[0];
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
      data: parts === null ? data : joined(data, ...this.#pieces(kind, key)),
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
  throw damaged(column, value);
}

/** A state keeps its pieces when it begins to expire. */
function partKey(kind: number, key: Uint8Array, piece?: number): Uint8Array {
  const owner = Uint8Array.of(kind === expiring ? state : kind);
  return joined(owner, key, piece === undefined ? noBytes : keyOf(piece));
}
