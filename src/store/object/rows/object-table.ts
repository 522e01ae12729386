import { joined } from "../../../internal/bytes.ts";
import { integerOf } from "../../drivers/columns.ts";
import type { Row, SqlDriver, SqlValue } from "../../drivers/sql-driver.ts";
import { progress } from "../object-kinds.ts";
import { type StoredTables, storedTables } from "../object-schema.ts";
import { ObjectPieces } from "./object-pieces.ts";
import { bytesIn, type ObjectRow, type RowRange, type StoredRow, storedRow } from "./object-row.ts";

const columns = "key, at, number, parts, data";

/** Reads the rows of the one table. Knows the kinds that have none: asking for those costs no statement. */
export class ObjectTable {
  readonly #driver: SqlDriver;
  readonly #pieces: ObjectPieces;
  #tables: StoredTables | undefined;
  /** The kinds that may have rows, except the progress. Undefined before it is needed. */
  #kinds: Set<number> | undefined;

  constructor(driver: SqlDriver, tables: StoredTables) {
    this.#driver = driver;
    this.#pieces = new ObjectPieces(driver);
    this.#tables = tables;
  }

  /** As it is now: within a transaction that may still be rolled back, as well. */
  get tables(): StoredTables {
    this.#tables ??= storedTables(this.#driver);
    return this.#tables;
  }

  /** After a transaction that has made some. */
  forgetTables(): void {
    this.#tables = undefined;
  }

  /** After a transaction that was rolled back. */
  forget(): void {
    this.#tables = undefined;
    this.#kinds = undefined;
  }

  /** Whether there may be rows of this kind. */
  mayHave(kind: number): boolean {
    this.#kinds ??= this.#storedKinds();
    return this.#kinds.has(kind);
  }

  /** Says that there is a row of this kind now. */
  added(kind: number): void {
    this.#kinds?.add(kind);
  }

  /** Whether there is any row of these kinds. */
  has(from: number, to: number): boolean {
    this.#kinds ??= this.#storedKinds();
    const kinds = [...this.#kinds].filter((kind) => kind >= from && kind <= to);
    if (kinds.length === 0) return false;
    const sql = "SELECT 1 FROM statefun WHERE kind >= ? AND kind <= ? LIMIT 1";
    const isThere = this.#read(sql, from, to).length > 0;
    if (!isThere) for (const kind of kinds) this.#kinds.delete(kind);
    return isThere;
  }

  /** Rows as they are stored, of which `whole` makes rows that can be used. */
  read(kind: number, range: RowRange): readonly StoredRow[] {
    const [where, params] = conditionOf(range);
    const sql = `SELECT ${columns} FROM statefun WHERE kind = ?${where}`;
    return this.#read(sql, kind, ...params).map(storedRow);
  }

  /** With all its pieces. Throws where it is damaged. */
  whole(kind: number, row: StoredRow): ObjectRow {
    const { at, number, parts } = row;
    const key = bytesIn(row.key, "key");
    const data = bytesIn(row.data, "data");
    return {
      key,
      at: typeof at === "number" ? at : undefined,
      number: typeof number === "number" ? number : undefined,
      data: parts === null ? data : joined([data, ...this.#pieces.read(kind, key)]),
    };
  }

  /** Without their data. */
  readKeys(kind: number, range: RowRange): readonly StoredRow[] {
    const [where, params] = conditionOf(range);
    const sql = `SELECT key, at FROM statefun WHERE kind = ?${where}`;
    return this.#read(sql, kind, ...params).map(storedRow);
  }

  /** How many there are. */
  count(kind: number, range: RowRange): number {
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

  /** Every row but that of the progress, as far as it is judged by. */
  all(): readonly Row[] {
    return this.#read("SELECT kind, key, number, data FROM statefun WHERE kind > ?", progress);
  }

  #storedKinds(): Set<number> {
    const kinds = new Set<number>();
    const sql = "SELECT kind FROM statefun WHERE kind > ? ORDER BY kind LIMIT 1";
    for (let last: SqlValue | undefined = progress; ; ) {
      last = this.#read(sql, last)[0]?.["kind"];
      if (last === undefined) return kinds;
      if (typeof last === "number") kinds.add(last);
    }
  }

  #read(sql: string, ...params: readonly SqlValue[]): readonly Row[] {
    return this.tables.exists ? this.#driver.exec(sql, ...params) : [];
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
