import type { MessageRecord } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { integerOf } from "../drivers/columns.ts";
import type { Row, SqlDriver } from "../drivers/sql-driver.ts";
import {
  messageColumns,
  messageOf,
  messagePlaceholders,
  messageTo,
} from "./sql-message-columns.ts";
import type { SqlRows } from "./sql-rows.ts";
import type { SqlValues, ValueOwner } from "./sql-values.ts";

const insert = `INSERT INTO messages (number, ${messageColumns}, attempts, crashes)
  VALUES (?, ${messagePlaceholders}, ?, ?)`;

const keyed = { table: "messages", keys: ["number"] };

export class SqlMessages {
  readonly #rows: SqlRows;
  readonly #driver: SqlDriver;
  readonly #values: SqlValues;

  constructor(rows: SqlRows, values: SqlValues) {
    this.#rows = rows;
    this.#driver = rows.driver;
    this.#values = values;
  }

  page(after: number, limit: number): MessageRecord[] {
    const sql = `SELECT number, ${messageColumns}, attempts, crashes FROM messages
      WHERE number > ? ORDER BY number LIMIT ?`;
    const read = (row: Row): MessageRecord => {
      const number = integerOf(row, "number");
      return {
        number,
        ...messageOf(this.#values, ownerOf(number), row),
        attempts: integerOf(row, "attempts"),
        crashes: integerOf(row, "crashes"),
      };
    };
    return this.#rows.page(keyed, read, after, (from) => [sql, from, limit]);
  }

  apply({ messages, attempts }: CommitWindow): void {
    for (const number of messages.removed) {
      this.#values.delete(ownerOf(number));
      this.#driver.exec("DELETE FROM messages WHERE number = ?", number);
    }
    for (const message of messages.added) {
      const { number } = message;
      const columns = messageTo(this.#values, ownerOf(number), message);
      this.#driver.exec(insert, number, ...columns, message.attempts, message.crashes);
    }
    for (const counted of attempts) {
      const sql = "UPDATE messages SET attempts = ?, crashes = ? WHERE number = ?";
      this.#driver.exec(sql, counted.attempts, counted.crashes, counted.number);
    }
  }
}

function ownerOf(number: number): ValueOwner {
  return { table: "messages", number };
}
