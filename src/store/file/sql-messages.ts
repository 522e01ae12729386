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
    for (const { attempts: failed, crashes, first, last } of runsOf(attempts)) {
      const sql = "UPDATE messages SET attempts = ?, crashes = ? WHERE number BETWEEN ? AND ?";
      this.#driver.exec(sql, failed, crashes, first, last);
    }
  }
}

interface Run {
  readonly attempts: number;
  readonly crashes: number;
  readonly first: number;
  last: number;
}

/** Messages without a gap between their numbers that have the same counts: one statement is enough for them. */
function runsOf(counted: CommitWindow["attempts"]): Run[] {
  const runs: Run[] = [];
  for (const { number, attempts, crashes } of [...counted].sort((a, b) => a.number - b.number)) {
    const run = runs.at(-1);
    const isSame = run?.attempts === attempts && run.crashes === crashes;
    if (isSame && run.last + 1 === number) run.last = number;
    else runs.push({ attempts, crashes, first: number, last: number });
  }
  return runs;
}

function ownerOf(number: number): ValueOwner {
  return { table: "messages", number };
}
