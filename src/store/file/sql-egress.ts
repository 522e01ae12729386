import { type EgressRow, isKept } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { addressOf, integerOf, textOf, textTo } from "../drivers/columns.ts";
import type { Row, SqlDriver, SqlValue } from "../drivers/sql-driver.ts";
import type { SqlRows } from "./sql-rows.ts";
import { type SqlValues, type ValueOwner, valueColumns } from "./sql-values.ts";

const columns = `number, egress, typename, id, ${valueColumns}`;
const insert = `INSERT INTO egress (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

/** Each egress with records, one step of the index for each. */
const names = `WITH RECURSIVE names (name) AS (
    SELECT min(egress) FROM egress
    UNION ALL SELECT (SELECT min(egress) FROM egress WHERE egress > name) FROM names
    WHERE name IS NOT NULL)
  SELECT name AS egress FROM names WHERE name IS NOT NULL`;

const keyed = { table: "egress", keys: ["number"] };
const named = { table: "egress", keys: ["egress"] };

/** Records on their way out. */
export class SqlEgress {
  readonly #rows: SqlRows;
  readonly #driver: SqlDriver;
  readonly #values: SqlValues;

  constructor(rows: SqlRows, values: SqlValues) {
    this.#rows = rows;
    this.#driver = rows.driver;
    this.#values = values;
  }

  unsentEgresses(): string[] {
    // All rows of a name that is none.
    return this.#rows.records(named, (row) => textOf(row, "egress"), names);
  }

  unsent(egress: string, after: number, limit: number): EgressRow[] {
    const sql = `SELECT ${columns} FROM egress WHERE egress = ? AND number > ?
      ORDER BY number LIMIT ?`;
    return this.#rows.page(
      keyed,
      (row) => this.#recordOf(row, egress),
      after,
      (from) => [sql, textTo(egress), from, limit],
    );
  }

  /** Of all egresses, by position. */
  all(after: number, limit: number): EgressRow[] {
    const sql = `SELECT ${columns} FROM egress WHERE number > ? ORDER BY number LIMIT ?`;
    return this.#rows.page(
      keyed,
      (row) => this.#recordOf(row, textOf(row, "egress")),
      after,
      (from) => [sql, from, limit],
    );
  }

  apply({ egress }: CommitWindow): void {
    for (const number of egress.removed) {
      this.#values.delete(ownerOf(number));
      this.#driver.exec("DELETE FROM egress WHERE number = ?", number);
    }
    for (const row of egress.added) {
      if (isKept(row)) continue;
      this.#driver.exec(insert, ...egressTo(this.#values, ownerOf(row.number), row));
    }
  }

  #recordOf(row: Row, egress: string): EgressRow {
    const number = integerOf(row, "number");
    const argument = this.#values.read(ownerOf(number), row);
    return { number, egress, from: addressOf(row), argument, expiresAt: undefined };
  }
}

/** The columns that both tables of records begin with. */
export function egressTo(values: SqlValues, owner: ValueOwner, row: EgressRow): SqlValue[] {
  const { number, egress, from, argument } = row;
  return [
    number,
    textTo(egress),
    textTo(from.typename),
    textTo(from.id),
    ...values.store(owner, argument),
  ];
}

function ownerOf(number: number): ValueOwner {
  return { table: "egress", number };
}
