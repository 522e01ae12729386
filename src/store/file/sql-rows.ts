import { reasonOf } from "../../internal/show.ts";
import type { Damage } from "../damage.ts";
import type { Row, SqlDriver, SqlValue } from "../drivers/sql-driver.ts";
import type { AsideCount } from "../row-counts.ts";
import { storeFailed } from "../store-errors.ts";
import { type Finding, numberlessRows, strayRows } from "./sql-stray-rows.ts";

/** Where rows that cannot be read are put: each as the SQL literals of its columns. */
export const makeDamaged = `CREATE TABLE IF NOT EXISTS damaged (
  owner TEXT NOT NULL, reason TEXT NOT NULL, data TEXT NOT NULL)`;

/** A table, and the columns that name a row of it. */
export interface Keyed {
  readonly table: string;
  readonly keys: readonly string[];
}

/** Reads rows of the tables one by one: one that cannot be read is put aside. */
export class SqlRows implements AsideCount {
  readonly driver: SqlDriver;
  readonly #damage: Damage;
  timesAside = 0;

  constructor(driver: SqlDriver, damage: Damage) {
    this.driver = driver;
    this.#damage = damage;
  }

  /** What `read` makes of the rows of a statement, which has the columns of the key. */
  records<T>(keyed: Keyed, read: (row: Row) => T, sql: string, ...params: SqlValue[]): T[] {
    return this.#read(keyed, this.driver.exec(sql, ...params), read);
  }

  /** A page of them; empty where nothing comes behind, and not because nothing of it could be read. */
  page<T>(
    keyed: Keyed,
    read: (row: Row) => T,
    after: number,
    rowsAfter: (after: number) => readonly [sql: string, ...params: SqlValue[]],
  ): T[] {
    for (let from = after; ; ) {
      const [sql, ...params] = rowsAfter(from);
      const rows = this.driver.exec(sql, ...params);
      const records = this.#read(keyed, rows, read);
      const last = rows.at(-1);
      if (records.length > 0 || last === undefined) return records;
      from = Number(last["number"]);
      if (!(from > after)) return records;
    }
  }

  /** Puts aside the rows that a window was refused for. Whether there were any. */
  scrub(): boolean {
    if (!this.#damage.isReported) return false;
    const found = strayRows.filter((finding) => this.#has(finding));
    for (const finding of found) this.#putAside(finding);
    return found.length > 0;
  }

  #read<T>(keyed: Keyed, rows: readonly Row[], read: (row: Row) => T): T[] {
    const records: T[] = [];
    for (const row of rows) {
      try {
        records.push(read(row));
      } catch (error) {
        this.#found(keyed, row, error);
      }
    }
    return records;
  }

  #found({ table, keys }: Keyed, row: Row, error: unknown): void {
    const where = keys.map((key) => `${key} IS ?`).join(" AND ");
    const params = keys.map((key) => row[key] ?? null);
    const what = `a row of ${table} with ${keys.map((key) => `${key} ${row[key]}`).join(" and ")}`;
    const move = () => this.#move({ table, where }, params, reasonOf(error));
    this.#damage.found(what.slice(0, 300), error, move);
  }

  /**
   * Puts aside rows with an integer that JavaScript has no number for: some runtimes give no row of a statement that finds
   * one. Whether there were any.
   */
  dropNumberless(error: unknown): boolean {
    if (!(error instanceof RangeError) || !this.#damage.isReported) return false;
    const found = numberlessRows(this.driver).filter((finding) => this.#has(finding));
    for (const finding of found) this.#putAside(finding);
    return found.length > 0;
  }

  #has({ table, where }: Finding): boolean {
    return this.driver.exec(`SELECT 1 FROM ${table} WHERE ${where} LIMIT 1`).length > 0;
  }

  #putAside(finding: Finding & { readonly reason: string }): void {
    const { table, reason } = finding;
    const what = `rows of ${table}`;
    this.#damage.found(what, storeFailed(this.driver.name, reason), () =>
      this.#move(finding, [], reason),
    );
  }

  /** Within a transaction. */
  #move({ table, where }: Finding, params: readonly SqlValue[], reason: string): void {
    const columns = this.driver.exec("SELECT name FROM pragma_table_info(?)", table);
    const literals = columns.map(({ name }) => `quote(${name})`).join(" || ', ' || ");
    this.driver.exec(makeDamaged);
    const insert = `INSERT INTO damaged (owner, reason, data) SELECT ?, ?, ${literals}
      FROM ${table} WHERE ${where}`;
    this.driver.exec(insert, table, reason.slice(0, 1_000), ...params);
    this.driver.exec(`DELETE FROM ${table} WHERE ${where}`, ...params);
    this.timesAside += 1;
  }
}
