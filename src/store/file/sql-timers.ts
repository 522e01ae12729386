import type { TimerHead, TimerRecord } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { integerOf, optionalTextOf, optionalTextTo, textOf, textTo } from "../drivers/columns.ts";
import type { Row, SqlDriver, SqlValue } from "../drivers/sql-driver.ts";
import {
  messageColumns,
  messageOf,
  messagePlaceholders,
  messageTo,
} from "./sql-message-columns.ts";
import type { SqlRows } from "./sql-rows.ts";
import type { SqlValues, ValueOwner } from "./sql-values.ts";

const columns = `number, due_at, owner, token, ${messageColumns}`;
const insert = `INSERT INTO timers (${columns}) VALUES (?, ?, ?, ?, ${messagePlaceholders})`;

const keyed = { table: "timers", keys: ["number"] };

export class SqlTimers {
  readonly #rows: SqlRows;
  readonly #driver: SqlDriver;
  readonly #values: SqlValues;

  constructor(rows: SqlRows, values: SqlValues) {
    this.#rows = rows;
    this.#driver = rows.driver;
    this.#values = values;
  }

  /** By position, with what they carry. */
  page(after: number, limit: number): TimerRecord[] {
    const sql = `SELECT ${columns} FROM timers WHERE number > ? ORDER BY number LIMIT ?`;
    return this.#rows.page(keyed, this.#recordOf, after, (from) => [sql, from, limit]);
  }

  nextDue(): number | undefined {
    const dueOf = (row: Row): number => integerOf(row, "due_at");
    const first = (where: string): number | undefined => {
      const sql = `SELECT number, due_at FROM timers ${where} ORDER BY due_at LIMIT 1`;
      return this.#rows.records(keyed, dueOf, sql)[0];
    };
    // A first one that cannot be read is put aside, and does not stand for the others.
    return (
      first("") ??
      first("WHERE typeof(due_at) = 'integer' AND due_at BETWEEN 0 AND 9007199254740991")
    );
  }

  due(until: number, limit: number): TimerRecord[] {
    return this.#read("due_at <= ? ORDER BY due_at, number LIMIT ?", until, limit);
  }

  byToken(owner: string, token: string): TimerRecord | undefined {
    return this.#read("owner = ? AND token = ?", textTo(owner), textTo(token))[0];
  }

  at(number: number): TimerRecord | undefined {
    return this.#read("number = ?", number)[0];
  }

  of(owner: string, limit: number, after: number): TimerRecord[] {
    // Sorted by the index alone: only what is on the page is read.
    const page = `number IN (SELECT number FROM timers WHERE owner = ? AND number > ?
      ORDER BY number LIMIT ?) ORDER BY number`;
    return this.#read(page, textTo(owner), after, limit);
  }

  heads(after: number, limit: number, typename: string | undefined): TimerHead[] {
    const heads = "SELECT number, ifnull(caller_typename, typename) AS typename FROM timers";
    const all = `${heads} WHERE number > ? ORDER BY number LIMIT ?`;
    const some = `${heads} WHERE ifnull(caller_typename, typename) = ? AND number > ?
      ORDER BY number LIMIT ?`;
    const headOf = (row: Row): TimerHead => {
      return { number: integerOf(row, "number"), typename: textOf(row, "typename") };
    };
    return this.#rows.page(keyed, headOf, after, (from) =>
      typename === undefined ? [all, from, limit] : [some, textTo(typename), from, limit],
    );
  }

  apply({ timers }: CommitWindow): void {
    for (const number of timers.removed) {
      this.#values.delete(ownerOf(number));
      this.#driver.exec("DELETE FROM timers WHERE number = ?", number);
    }
    for (const timer of timers.added) {
      const { number, dueAt, owner, token } = timer;
      this.#driver.exec(
        insert,
        number,
        dueAt,
        optionalTextTo(owner),
        optionalTextTo(token),
        ...messageTo(this.#values, ownerOf(number), timer),
      );
    }
  }

  #read(where: string, ...params: readonly SqlValue[]): TimerRecord[] {
    const sql = `SELECT ${columns} FROM timers WHERE ${where}`;
    return this.#rows.records(keyed, this.#recordOf, sql, ...params);
  }

  readonly #recordOf = (row: Row): TimerRecord => {
    const number = integerOf(row, "number");
    return {
      number,
      dueAt: integerOf(row, "due_at"),
      owner: optionalTextOf(row, "owner"),
      token: optionalTextOf(row, "token"),
      ...messageOf(this.#values, ownerOf(number), row),
    };
  };
}

function ownerOf(number: number): ValueOwner {
  return { table: "timers", number };
}
