import type { OutboxRecord } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { integerOf, textTo } from "../drivers/columns.ts";
import type { Row, SqlDriver } from "../drivers/sql-driver.ts";
import {
  messageColumns,
  messageOf,
  messagePlaceholders,
  messageTo,
} from "./sql-message-columns.ts";
import type { SqlRows } from "./sql-rows.ts";
import type { SqlValues, ValueOwner } from "./sql-values.ts";

const insert = `INSERT INTO outbox (link, number, ${messageColumns})
  VALUES (?, ?, ${messagePlaceholders})`;

const keyed = { table: "outbox", keys: ["link", "number"] };

export class SqlOutbox {
  readonly #rows: SqlRows;
  readonly #driver: SqlDriver;
  readonly #values: SqlValues;

  constructor(rows: SqlRows, values: SqlValues) {
    this.#rows = rows;
    this.#driver = rows.driver;
    this.#values = values;
  }

  page(link: string, after: number, limit: number): OutboxRecord[] {
    const sql = `SELECT link, number, ${messageColumns} FROM outbox WHERE link = ? AND number > ?
      ORDER BY number LIMIT ?`;
    const read = (row: Row): OutboxRecord => {
      const number = integerOf(row, "number");
      return { link, number, ...messageOf(this.#values, ownerOf(link, number), row) };
    };
    return this.#rows.page(keyed, read, after, (from) => [sql, textTo(link), from, limit]);
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
