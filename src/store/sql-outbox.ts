import type { OutboxRecord } from "../engine/records.ts";
import type { CommitWindow } from "../engine/store.ts";
import { integerOf, textTo } from "./sql-columns.ts";
import type { SqlDriver } from "./sql-driver.ts";
import {
  messageColumns,
  messageOf,
  messagePlaceholders,
  messageTo,
} from "./sql-message-columns.ts";
import type { SqlValues, ValueOwner } from "./sql-values.ts";

const insert = `INSERT INTO outbox (link, number, ${messageColumns})
  VALUES (?, ?, ${messagePlaceholders})`;

export class SqlOutbox {
  readonly #driver: SqlDriver;
  readonly #values: SqlValues;

  constructor(driver: SqlDriver, values: SqlValues) {
    this.#driver = driver;
    this.#values = values;
  }

  page(link: string, after: number, limit: number): OutboxRecord[] {
    const sql = `SELECT number, ${messageColumns} FROM outbox WHERE link = ? AND number > ?
      ORDER BY number LIMIT ?`;
    return this.#driver.exec(sql, textTo(link), after, limit).map((row) => {
      const number = integerOf(row, "number");
      return { link, number, ...messageOf(this.#values, ownerOf(link, number), row) };
    });
  }

  apply({ outbox }: CommitWindow): void {
    for (const { link, upTo } of outbox.removed) {
      this.#values.deleteUpTo("outbox", link, upTo);
      const sql = "DELETE FROM outbox WHERE link = ? AND number <= ?";
      this.#driver.exec(sql, textTo(link), upTo);
    }
    for (const record of outbox.added) {
      const { link, number } = record;
      const columns = messageTo(this.#values, ownerOf(link, number), record);
      this.#driver.exec(insert, textTo(link), number, ...columns);
    }
  }
}

function ownerOf(link: string, number: number): ValueOwner {
  return { table: "outbox", number, link };
}
