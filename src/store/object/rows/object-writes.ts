import type { SqlDriver, SqlValue } from "../../drivers/sql-driver.ts";
import { afterNumber, endOf } from "../object-keys.ts";
import { part, progress } from "../object-kinds.ts";
import { ObjectPieces } from "./object-pieces.ts";
import { type ObjectRow, type RowParts, storedRow } from "./object-row.ts";
import type { ObjectTable } from "./object-table.ts";

const insert = `INSERT INTO statefun (kind, key, at, number, parts, data) VALUES (?, ?, ?, ?, ?, ?)`;
const deletion = "DELETE FROM statefun WHERE kind = ? AND key = ?";
const columns = "key, at, number, parts, data";
const upsert = `${insert} ON CONFLICT (kind, key) DO UPDATE SET at = excluded.at,
  number = excluded.number, parts = excluded.parts, data = excluded.data`;

/** Of the data of the head, which ends with the progress, or of its first piece. */
const markBytes = 96;
/** Of the only row of its kind. */
export const headKey: Uint8Array = /* @__PURE__ */ Uint8Array.of(0);

/** Writes the rows of the one table, within a transaction. As long as nothing is too long for a row, pieces cost no statement. */
export class ObjectWrites {
  readonly #driver: SqlDriver;
  readonly #table: ObjectTable;
  readonly #pieces: ObjectPieces;

  constructor(driver: SqlDriver, table: ObjectTable) {
    this.#driver = driver;
    this.#table = table;
    this.#pieces = new ObjectPieces(driver);
  }

  /** Fails if it is there. */
  insert(kind: number, key: Uint8Array, parts: RowParts): void {
    this.#write(insert, kind, key, parts);
  }

  /** Over what is there. */
  put(kind: number, key: Uint8Array, parts: RowParts): void {
    this.#dropPieces(kind, key, key);
    this.#write(upsert, kind, key, parts);
  }

  /** Over what is there. Whether it was. */
  update(kind: number, key: Uint8Array, { at, number, data }: RowParts): boolean {
    const { first, parts } = this.#pieces.firstOf(data);
    const sql = `UPDATE statefun SET at = ?, number = ?, parts = ?, data = ?
      WHERE kind = ? AND key = ?`;
    const values = [at ?? null, number ?? null, parts, first];
    if (!this.#driver.change(sql, ...values, kind, key)) return false;
    this.#dropPieces(kind, key, key);
    if (parts !== null) this.#writePieces(kind, key, data);
    return true;
  }

  /** By which it is seen that the head is still this one. */
  markOf(data: Uint8Array): Uint8Array {
    return this.#pieces.firstOf(data).first.slice(-markBytes);
  }

  /**
   * Writes the head over the one with this mark. Whether it was still that one. Its versions stay: code of an older
   * version leaves them as they are.
   */
  replaceHead(mark: Uint8Array, data: Uint8Array): boolean {
    const { first, parts } = this.#pieces.firstOf(data);
    const sql = `UPDATE statefun SET parts = ?, data = ?
      WHERE kind = ? AND key = ? AND substr(data, -${markBytes}) = ?`;
    if (!this.#driver.change(sql, parts, first, progress, headKey, mark)) return false;
    this.#dropPieces(progress, headKey, headKey);
    if (parts !== null) this.#writePieces(progress, headKey, data);
    return true;
  }

  /** Gives a row another time, and another kind that has its pieces where this one has them. */
  renew(from: number, to: number, key: Uint8Array, at: number): void {
    const sql = "UPDATE statefun SET at = ?, kind = ? WHERE kind = ? AND key = ?";
    this.#driver.exec(sql, at, to, from, key);
    this.#table.added(to);
  }

  /** Whether it was there. */
  drop(kind: number, key: Uint8Array): boolean {
    if (!this.#table.mayHave(part)) return this.#driver.change(deletion, kind, key);
    const row = this.#driver.exec(`${deletion} RETURNING parts`, kind, key)[0];
    if (row?.["parts"] != null) this.#dropPieces(kind, key, key);
    return row !== undefined;
  }

  /** What was there, whole. */
  take(kind: number, key: Uint8Array): ObjectRow | undefined {
    const row = this.#driver.exec(`${deletion} RETURNING ${columns}`, kind, key)[0];
    if (row === undefined) return undefined;
    const whole = this.#table.whole(kind, storedRow(row));
    if (row["parts"] !== null) this.#dropPieces(kind, key, key);
    return whole;
  }

  /** What was there, if its data is one piece of at most so many bytes. Else it stays. */
  takeSmall(kind: number, key: Uint8Array, bytes: number): ObjectRow | undefined {
    const small = "parts IS NULL AND typeof(data) = 'blob' AND length(data) <= ?";
    const sql = `${deletion} AND ${small} RETURNING ${columns}`;
    const row = this.#driver.exec(sql, kind, key, bytes)[0];
    return row && this.#table.whole(kind, storedRow(row));
  }

  /** All whose key is behind the first one, up to the last one. */
  dropRange(kind: number, after: Uint8Array, last: Uint8Array): void {
    const sql = "DELETE FROM statefun WHERE kind = ? AND key > ? AND key <= ?";
    this.#driver.exec(sql, kind, after, last);
    this.#dropPieces(kind, after, last);
  }

  /** The first row whose key begins with `prefix` and a greater number has its own number after this, if it has one. */
  advance(kind: number, prefix: Uint8Array, number: number): void {
    const sql = `UPDATE statefun SET number = ? WHERE kind = ? AND number <= ? AND key = (
      SELECT key FROM statefun WHERE kind = ? AND key > ? AND key < ? ORDER BY key LIMIT 1)`;
    const range = [afterNumber(prefix, number), endOf(prefix)];
    this.#driver.exec(sql, number + 1, kind, number, kind, ...range);
  }

  /** Makes the index of times. */
  growIndex(): void {
    this.#driver.exec("CREATE INDEX statefun_at ON statefun (kind, at) WHERE at IS NOT NULL");
    this.#table.forgetTables();
  }

  #write(sql: string, kind: number, key: Uint8Array, { at, number, data }: RowParts): void {
    const { first, parts } = this.#pieces.firstOf(data);
    const values: readonly SqlValue[] = [at ?? null, number ?? null, parts, first];
    this.#driver.exec(sql, kind, key, ...values);
    this.#table.added(kind);
    if (parts !== null) this.#writePieces(kind, key, data);
  }

  #writePieces(kind: number, key: Uint8Array, data: Uint8Array): void {
    this.#pieces.write(kind, key, data);
    this.#table.added(part);
  }

  #dropPieces(kind: number, from: Uint8Array, to: Uint8Array): void {
    if (this.#table.mayHave(part)) this.#pieces.drop(kind, from, to);
  }
}
