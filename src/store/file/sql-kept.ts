import { type EgressRow, isKept } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { readable } from "../damage.ts";
import { addressOf, integerOf, textOf, textTo } from "../drivers/columns.ts";
import type { Row, SqlDriver } from "../drivers/sql-driver.ts";
import { RowCounts } from "../row-counts.ts";
import { egressTo } from "./sql-egress.ts";
import type { SqlRows } from "./sql-rows.ts";
import { type SqlValues, type ValueOwner, valueColumns } from "./sql-values.ts";

const columns = `number, egress, typename, id, ${valueColumns}, expires_at`;
const insert = `INSERT INTO kept (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const keyed = { table: "kept", keys: ["number"] };

const sweep = `DELETE FROM kept WHERE number IN
  (SELECT number FROM kept WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)
  RETURNING number, egress`;

const trim = `DELETE FROM kept WHERE number IN
  (SELECT number FROM kept WHERE egress = ? ORDER BY number LIMIT ?) RETURNING number, egress`;

/** Records that are kept for reading. */
export class SqlKept {
  readonly #rows: SqlRows;
  readonly #driver: SqlDriver;
  readonly #values: SqlValues;
  /** By egress. */
  readonly #counts: RowCounts<string>;
  /** Without any, a removal of records that were delivered needs no look here. */
  #isEmpty: boolean;

  constructor(rows: SqlRows, values: SqlValues) {
    const { driver } = rows;
    this.#rows = rows;
    this.#driver = driver;
    this.#values = values;
    this.#counts = new RowCounts(rows);
    this.#isEmpty = driver.exec("SELECT 1 FROM kept LIMIT 1").length === 0;
  }

  page(egress: string, after: number, limit: number, time: number): EgressRow[] {
    const sql = `SELECT ${columns} FROM kept WHERE egress = ? AND number > ? AND expires_at > ?
      ORDER BY number LIMIT ?`;
    const read = (row: Row): EgressRow => this.#recordOf(row, egress);
    return this.#rows.page(keyed, read, after, (from) => [sql, textTo(egress), from, time, limit]);
  }

  /** Of all egresses, by position, expired ones included. */
  all(after: number, limit: number): EgressRow[] {
    const sql = `SELECT ${columns} FROM kept WHERE number > ? ORDER BY number LIMIT ?`;
    const read = (row: Row): EgressRow => this.#recordOf(row, textOf(row, "egress"));
    return this.#rows.page(keyed, read, after, (from) => [sql, from, limit]);
  }

  apply({ egress }: CommitWindow): void {
    for (const number of this.#isEmpty ? [] : egress.removed) {
      // Most are of the other table, and are only looked for here.
      const rows = this.#driver.exec("SELECT number, egress FROM kept WHERE number = ?", number);
      if (rows.length === 0) continue;
      this.#driver.exec("DELETE FROM kept WHERE number = ?", number);
      this.#forget(rows);
    }
    for (const row of egress.added) {
      if (!isKept(row)) continue;
      this.#isEmpty = false;
      const params = egressTo(this.#values, ownerOf(row.number), row);
      this.#driver.exec(insert, ...params, row.expiresAt);
      this.#counts.change(row.egress, 1);
    }
  }

  sweep(time: number, limit: number): boolean {
    const rows = this.#driver.exec(sweep, time, limit);
    this.#forget(rows);
    return rows.length < limit;
  }

  /** The oldest go, those above `maxRecords`, at most so many of them. */
  trim(egress: string, maxRecords: number, limit: number): void {
    const excess = Math.min(this.#count(egress) - maxRecords, limit);
    if (excess > 0) this.#forget(this.#driver.exec(trim, textTo(egress), excess));
  }

  /** After a window that was rolled back: what was counted in it is not so. */
  forgetCounts(): void {
    this.#counts.forget();
  }

  #recordOf(row: Row, egress: string): EgressRow {
    const number = integerOf(row, "number");
    const argument = this.#values.read(ownerOf(number), row);
    const expiresAt = integerOf(row, "expires_at");
    return { number, egress, from: addressOf(row), argument, expiresAt };
  }

  #count(egress: string): number {
    return this.#counts.get(egress, () => {
      const sql = "SELECT count(*) AS count FROM kept WHERE egress = ?";
      const row = this.#driver.exec(sql, textTo(egress))[0];
      return row === undefined ? 0 : integerOf(row, "count");
    });
  }

  #forget(rows: readonly Row[]): void {
    for (const row of rows) {
      this.#values.delete(ownerOf(Number(row["number"])));
      const egress = readable(() => textOf(row, "egress"));
      if (egress !== undefined) this.#counts.change(egress, -1);
    }
  }
}

function ownerOf(number: number): ValueOwner {
  return { table: "kept", number };
}
