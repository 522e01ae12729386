import type { EgressRow } from "../engine/records.ts";
import type { CommitWindow } from "../engine/store.ts";
import { addressOf, integerOf, textOf, textTo } from "./sql-columns.ts";
import type { SqlDriver, SqlValue } from "./sql-driver.ts";
import { type SqlValues, type ValueOwner, valueColumns } from "./sql-values.ts";

const columns = `number, egress, typename, id, ${valueColumns}`;
const insert = `INSERT INTO egress (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

/** Each egress with records, one step of the index for each. */
const names = `WITH RECURSIVE names (name) AS (
    SELECT min(egress) FROM egress
    UNION ALL SELECT (SELECT min(egress) FROM egress WHERE egress > name) FROM names
    WHERE name IS NOT NULL)
  SELECT name FROM names WHERE name IS NOT NULL`;

/** Records on their way out. */
export class SqlEgress {
  readonly #driver: SqlDriver;
  readonly #values: SqlValues;

  constructor(driver: SqlDriver, values: SqlValues) {
    this.#driver = driver;
    this.#values = values;
  }

  unsentEgresses(): string[] {
    return this.#driver.exec(names).map((row) => textOf(row, "name"));
  }

  unsent(egress: string, after: number, limit: number): EgressRow[] {
    const sql = `SELECT ${columns} FROM egress WHERE egress = ? AND number > ?
      ORDER BY number LIMIT ?`;
    return this.#driver.exec(sql, textTo(egress), after, limit).map((row) => {
      const number = integerOf(row, "number");
      return {
        number,
        egress,
        from: addressOf(row),
        argument: this.#values.read(ownerOf(number), row),
        expiresAt: undefined,
      };
    });
  }

  apply({ egress }: CommitWindow): void {
    for (const number of egress.removed) {
      this.#values.delete(ownerOf(number));
      this.#driver.exec("DELETE FROM egress WHERE number = ?", number);
    }
    for (const row of egress.added) {
      if (row.expiresAt !== undefined) continue;
      this.#driver.exec(insert, ...egressTo(this.#values, ownerOf(row.number), row));
    }
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
