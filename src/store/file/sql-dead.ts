import type { DeadHead, DeadRecord } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { integerOf, optionalTextOf, optionalTextTo, textOf, textTo } from "../drivers/columns.ts";
import type { Row, SqlDriver } from "../drivers/sql-driver.ts";
import { RowCounts } from "../row-counts.ts";
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

const headColumns = "number, typename, code, reason, failed_at, egress";

const keyed = { table: "dead", keys: ["number"] };

export class SqlDead {
  readonly #rows: SqlRows;
  readonly #driver: SqlDriver;
  readonly #values: SqlValues;
  readonly #counts: RowCounts;

  constructor(rows: SqlRows, values: SqlValues) {
    this.#rows = rows;
    this.#driver = rows.driver;
    this.#values = values;
    this.#counts = new RowCounts(rows);
  }

  /** A record for an egress is listed under the egress, not under the function that sent it. */
  page(after: number, limit: number, typename: string | undefined): DeadRecord[] {
    return this.#page(columns, this.#recordOf, after, limit, typename);
  }

  heads(after: number, limit: number, typename: string | undefined): DeadHead[] {
    return this.#page(headColumns, headOf, after, limit, typename);
  }

  at(number: number): DeadRecord | undefined {
    const sql = `SELECT ${columns} FROM dead WHERE number = ?`;
    return this.#rows.records(keyed, this.#recordOf, sql, number)[0];
  }

  count(): number {
    return this.#counts.get(undefined, () => {
      const row = this.#driver.exec("SELECT count(*) AS count FROM dead")[0];
      return row === undefined ? 0 : integerOf(row, "count");
    });
  }

  /** After a window that was rolled back: what was counted in it is not so. */
  forgetCounts(): void {
    this.#counts.forget();
  }

  apply({ dead }: CommitWindow): void {
    for (const number of dead.removed) {
      this.#values.delete(ownerOf(number));
      if (this.#driver.change("DELETE FROM dead WHERE number = ?", number))
        this.#counts.change(undefined, -1);
    }
    this.#counts.change(undefined, dead.added.length);
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

  #page<T>(
    selected: string,
    read: (row: Row) => T,
    after: number,
    limit: number,
    typename: string | undefined,
  ): T[] {
    const all = `SELECT ${selected} FROM dead WHERE number > ? ORDER BY number LIMIT ?`;
    const some = `SELECT ${selected} FROM dead WHERE ifnull(egress, typename) = ? AND number > ?
      ORDER BY number LIMIT ?`;
    return this.#rows.page(keyed, read, after, (from) =>
      typename === undefined ? [all, from, limit] : [some, textTo(typename), from, limit],
    );
  }

  readonly #recordOf = (row: Row): DeadRecord => {
    const { typename: _, ...head } = headOf(row);
    const message = messageOf(this.#values, ownerOf(head.number), row);
    return { ...head, ...message, attempts: integerOf(row, "attempts") };
  };
}

function headOf(row: Row): DeadHead {
  return {
    number: integerOf(row, "number"),
    typename: textOf(row, "typename"),
    code: textOf(row, "code"),
    reason: textOf(row, "reason"),
    failedAt: integerOf(row, "failed_at"),
    egress: optionalTextOf(row, "egress"),
  };
}

function ownerOf(number: number): ValueOwner {
  return { table: "dead", number };
}
