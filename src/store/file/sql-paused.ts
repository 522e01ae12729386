import type { PausedKey, PausedRecord } from "../../engine/contract/actions.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { integerOf, optionalTextOf, optionalTextTo, textOf, textTo } from "../drivers/columns.ts";
import type { Row, SqlDriver, SqlValue } from "../drivers/sql-driver.ts";
import type { SqlRows } from "./sql-rows.ts";

const all = "SELECT typename, is_whole, id, since, who, why FROM paused";
const put = `INSERT OR REPLACE INTO paused (typename, is_whole, id, since, who, why)
  VALUES (?, ?, ?, ?, ?, ?)`;
const drop = "DELETE FROM paused WHERE typename = ? AND is_whole = ? AND id = ?";

const keyed = { table: "paused", keys: ["typename", "is_whole", "id"] };

/** What operators have stopped: read at the start, as a whole. */
export class SqlPaused {
  readonly #rows: SqlRows;
  readonly #driver: SqlDriver;

  constructor(rows: SqlRows) {
    this.#rows = rows;
    this.#driver = rows.driver;
  }

  all(): PausedRecord[] {
    return this.#rows.records(keyed, recordOf, all);
  }

  apply({ paused }: CommitWindow): void {
    for (const key of paused.removed) this.#driver.exec(drop, ...keyTo(key));
    for (const { since, who, why, ...key } of paused.added) {
      this.#driver.exec(put, ...keyTo(key), since, textTo(who), optionalTextTo(why));
    }
  }
}

function keyTo({ typename, id }: PausedKey): SqlValue[] {
  return [textTo(typename), id === undefined ? 1 : 0, textTo(id ?? "")];
}

function recordOf(row: Row): PausedRecord {
  return {
    typename: textOf(row, "typename"),
    id: integerOf(row, "is_whole") === 1 ? undefined : textOf(row, "id"),
    since: integerOf(row, "since"),
    who: textOf(row, "who"),
    why: optionalTextOf(row, "why"),
  };
}
