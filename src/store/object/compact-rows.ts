import { bytesFromText, joined, noBytes } from "../../internal/bytes.ts";
import { isNumberless } from "../damage.ts";
import { integerOf } from "../drivers/columns.ts";
import type { Row, SqlDriver, SqlValue } from "../drivers/sql-driver.ts";
import { afterNumber, endOf, keyOf } from "./compact-keys.ts";
import { damaged, expiring, part, progress, state } from "./compact-kinds.ts";
import {
  bytesIn,
  type CompactRow,
  type RowParts,
  type RowRange,
  type StoredRow,
  storedRow,
} from "./compact-row.ts";
import { type StoredTables, storedTables } from "./compact-schema.ts";

const insert = `INSERT INTO statefun (kind, key, at, number, parts, data) VALUES (?, ?, ?, ?, ?, ?)`;
const upsert = `${insert} ON CONFLICT (kind, key) DO UPDATE SET at = excluded.at,
  number = excluded.number, parts = excluded.parts, data = excluded.data`;
const numberless = ["kind", "at", "number", "parts"].map(isNumberless).join(" OR ");
const columns = "key, at, number, parts, data";

/**
 * The one table, and all that is done with it: no other file has SQL for its rows. What is too long for a row is cut: the
 * row has the first piece, and says in `parts` how many more there are, in rows of their own. As long as nothing is,
 * this costs no statement.
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

  /** Whether there is any row of these kinds. */
  has(from: number, to: number): boolean {
    const sql = "SELECT 1 FROM statefun WHERE kind >= ? AND kind <= ? LIMIT 1";
    return this.#read(sql, from, to).length > 0;
  }

  /** Rows as they are stored, of which `whole` makes rows that can be used. */
  read(kind: number, range: RowRange): readonly StoredRow[] {
    const [where, params] = conditionOf(range);
    const sql = `SELECT ${columns} FROM statefun WHERE kind = ?${where}`;
    return this.#read(sql, kind, ...params).map(storedRow);
  }

  /** With all its pieces. Throws where it is damaged. */
  whole(kind: number, row: StoredRow): CompactRow {
    const { at, number, parts } = row;
    const key = bytesIn(row.key, "key");
    const data = bytesIn(row.data, "data");
    return {
      key,
      at: typeof at === "number" ? at : undefined,
      number: typeof number === "number" ? number : undefined,
      data: parts === null ? data : joined([data, ...this.#pieces(kind, key)]),
    };
  }

  find(kind: number, key: Uint8Array): CompactRow | undefined {
    return this.first(kind, { key });
  }

  first(kind: number, range: RowRange): CompactRow | undefined {
    const [row] = this.read(kind, { ...range, limit: 1 });
    return row && this.whole(kind, row);
  }

  /** The keys alone. */
  keys(kind: number, range: RowRange): readonly SqlValue[] {
    const [where, params] = conditionOf(range);
    const sql = `SELECT key FROM statefun WHERE kind = ?${where}`;
    return this.#read(sql, kind, ...params).map(({ key }) => key ?? null);
  }

  /** How many there are. */
  count(kind: number, range: RowRange = {}): number {
    // An order of what is counted would be for nothing.
    const [where, params] = conditionOf(range, "");
    const sql = `SELECT count(*) AS count FROM statefun WHERE kind = ?${where}`;
    const row = this.#read(sql, kind, ...params)[0];
    return row === undefined ? 0 : integerOf(row, "count");
  }

  /** Under which of two kinds there is a row with this key, and the number that it always has. */
  under(
    kinds: readonly [number, number],
    key: Uint8Array,
  ): { readonly kind: number; readonly number: number } | undefined {
    const sql = "SELECT kind, number FROM statefun WHERE kind IN (?, ?) AND key = ?";
    const row = this.#read(sql, ...kinds, key)[0];
    return row && { kind: integerOf(row, "kind"), number: integerOf(row, "number") };
  }

  /** The key of a row with this number, of one of two kinds. Looks through all of them. */
  keyOfNumber(kinds: readonly [number, number], number: number): Uint8Array | undefined {
    const sql = "SELECT key FROM statefun WHERE kind IN (?, ?) AND number = ? LIMIT 1";
    const row = this.#read(sql, ...kinds, number)[0];
    return row && bytesIn(row["key"], "key");
  }

  /** The first or the last time of a kind, and of how many rows it was, if they were counted. */
  time(kind: number, which: "min" | "max"): { readonly at: number | undefined; count: number } {
    // A time that is no number is of a row that is put aside when it is read.
    const where =
      "FROM statefun WHERE kind = ? AND at IS NOT NULL AND typeof(at) IN ('integer', 'real')";
    const order = which === "min" ? "ORDER BY at LIMIT 1" : "ORDER BY at DESC LIMIT 1";
    const sql = this.tables.isIndexed
      ? `SELECT 0 AS count, at ${where} ${order}`
      : `SELECT count(*) AS count, ${which}(at) AS at ${where}`;
    const { at, count } = this.#read(sql, kind)[0] ?? {};
    return { at: typeof at === "number" ? at : undefined, count: Number(count ?? 0) };
  }

  /** Makes the index of times. */
  growIndex(): void {
    const sql = "CREATE INDEX statefun_at ON statefun (kind, at) WHERE at IS NOT NULL";
    this.driver.exec(sql);
    this.forgetTables();
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

  /** Gives a row another time, and another kind that has its pieces where this one has them. */
  renew(from: number, to: number, key: Uint8Array, at: number): void {
    const sql = "UPDATE statefun SET at = ?, kind = ? WHERE kind = ? AND key = ?";
    this.driver.exec(sql, at, to, from, key);
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
    const whole = this.whole(kind, storedRow(row));
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
    const range = { after: afterNumber(prefix, number), before: endOf(prefix), limit: 1 };
    return this.keys(kind, range).length > 0;
  }

  /** The first row whose key begins with `prefix` and a greater number has its own number after this, if it has one. */
  advance(kind: number, prefix: Uint8Array, number: number): void {
    const sql = `UPDATE statefun SET number = ? WHERE kind = ? AND number <= ? AND key = (
      SELECT key FROM statefun WHERE kind = ? AND key > ? AND key < ? ORDER BY key LIMIT 1)`;
    const range = [afterNumber(prefix, number), endOf(prefix)];
    this.driver.exec(sql, number + 1, kind, number, kind, ...range);
  }

  /** Every row but that of the progress, as far as it is judged by. */
  all(): readonly Row[] {
    return this.#read("SELECT kind, key, number, data FROM statefun WHERE kind > ?", progress);
  }

  /** Within a transaction. */
  putAside(kind: number, key: SqlValue): void {
    // Under the key that it had, behind its kind.
    const bytes = key instanceof Uint8Array ? key : bytesFromText(String(key));
    const aside = joined([Uint8Array.of(kind), bytes]);
    const sql = "UPDATE OR REPLACE statefun SET kind = ?, key = ? WHERE kind = ? AND key IS ?";
    this.driver.exec(sql, damaged, aside, kind, key);
  }

  /** Whether a row has an integer that JavaScript has no number for. */
  hasNumberless(): boolean {
    return this.driver.exec(`SELECT 1 FROM statefun WHERE ${numberless} LIMIT 1`).length > 0;
  }

  /** Puts all of these aside. Within a transaction. */
  putNumberlessAside(): void {
    const sql = `UPDATE OR REPLACE statefun SET kind = ?, at = NULL, number = NULL, parts = NULL,
      key = CAST(CAST(kind AS TEXT) || ' ' || hex(key) AS BLOB) WHERE ${numberless}`;
    this.driver.exec(sql, damaged);
  }

  #read(sql: string, ...params: readonly SqlValue[]): readonly Row[] {
    return this.tables.exists ? this.driver.exec(sql, ...params) : [];
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

  #pieces(kind: number, key: Uint8Array): readonly Uint8Array[] {
    const prefix = partKey(kind, key);
    const sql = "SELECT data FROM statefun WHERE kind = ? AND key > ? AND key < ? ORDER BY key";
    const rows = this.#read(sql, part, prefix, endOf(prefix));
    return rows.map((row) => bytesIn(row["data"], "data"));
  }
}

/** The rest of a statement behind the kind, and its parameters. There are few such texts. */
function conditionOf(range: RowRange, order?: ""): readonly [string, readonly SqlValue[]] {
  const { key, after, before, number, later, until, isBackwards, limit } = range;
  const conditions = [
    ["key =", key],
    ["key >", after],
    ["key <", before],
    ["number =", number],
    ["at >", later],
    ["at <=", until],
  ] as const;
  let text = "";
  const params: SqlValue[] = [];
  for (const [condition, value] of conditions) {
    if (value === undefined) continue;
    text += ` AND ${condition} ?`;
    params.push(value);
  }
  if (until !== undefined) text += order ?? " ORDER BY at, key";
  else if (key === undefined) text += order ?? ` ORDER BY key${isBackwards ? " DESC" : ""}`;
  if (limit === undefined) return [text, params];
  return [`${text} LIMIT ?`, [...params, limit]];
}

/** A state keeps its pieces when it begins to expire. */
function partKey(kind: number, key: Uint8Array, piece?: number): Uint8Array {
  const owner = Uint8Array.of(kind === expiring ? state : kind);
  return joined([owner, key, piece === undefined ? noBytes : keyOf(piece)]);
}
