import type { DeadRecord } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { integerOf, optionalTextOf, optionalTextTo, textOf, textTo } from "../drivers/columns.ts";
import type { Row, SqlDriver } from "../drivers/sql-driver.ts";
import {
  messageColumns,
  messageOf,
  messagePlaceholders,
  messageTo,
} from "./sql-message-columns.ts";
import type { SqlRows } from "./sql-rows.ts";
import type { SqlValues, ValueOwner } from "./sql-values.ts";

const columns = `number, ${messageColumns}, code, reason, attempts, failed_at, egress`;
const insert = `INSERT INTO dead (${columns}) VALUES (?, ${messagePlaceholders}, ?, ?, ?, ?, ?)`;

const keyed = { table: "dead", keys: ["number"] };

export class SqlDead {
  readonly #rows: SqlRows;
  readonly #driver: SqlDriver;
  readonly #values: SqlValues;

  constructor(rows: SqlRows, values: SqlValues) {
    this.#rows = rows;
    this.#driver = rows.driver;
    this.#values = values;
  }

  /** A record for an egress is listed under the egress, not under the function that sent it. */
  page(after: number, limit: number, typename: string | undefined): DeadRecord[] {
    const all = `SELECT ${columns} FROM dead WHERE number > ? ORDER BY number LIMIT ?`;
    const some = `SELECT ${columns} FROM dead WHERE ifnull(egress, typename) = ? AND number > ?
      ORDER BY number LIMIT ?`;
    return this.#rows.page(keyed, this.#recordOf, after, (from) =>
      typename === undefined ? [all, from, limit] : [some, textTo(typename), from, limit],
    );
  }

  at(number: number): DeadRecord | undefined {
    const sql = `SELECT ${columns} FROM dead WHERE number = ?`;
    return this.#rows.records(keyed, this.#recordOf, sql, number)[0];
  }

  count(): number {
    const row = this.#driver.exec("SELECT count(*) AS count FROM dead")[0];
    return row === undefined ? 0 : integerOf(row, "count");
  }

  apply({ dead }: CommitWindow): void {
    for (const number of dead.removed) {
      this.#values.delete(ownerOf(number));
      this.#driver.exec("DELETE FROM dead WHERE number = ?", number);
    }
    for (const record of dead.added) {
      const { number, code, reason, attempts, failedAt, egress } = record;
      const parts = messageTo(this.#values, ownerOf(number), record);
      this.#driver.exec(
        insert,
        number,
        ...parts,
        textTo(code),
        textTo(reason),
        attempts,
        failedAt,
        optionalTextTo(egress),
      );
    }
  }

  readonly #recordOf = (row: Row): DeadRecord => {
    const number = integerOf(row, "number");
    return {
      number,
      ...messageOf(this.#values, ownerOf(number), row),
      code: textOf(row, "code"),
      reason: textOf(row, "reason"),
      attempts: integerOf(row, "attempts"),
      failedAt: integerOf(row, "failed_at"),
      egress: optionalTextOf(row, "egress"),
    };
  };
}

function ownerOf(number: number): ValueOwner {
  return { table: "dead", number };
}
