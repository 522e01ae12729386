import type { CommitWindow, Opened } from "../../engine/contract/store.ts";
import type { StateFunError } from "../../internal/errors.ts";
import { progressOf } from "../damage.ts";
import { integerOf, optionalTextOf, textOf, textTo } from "../drivers/columns.ts";
import type { Row, SqlDriver } from "../drivers/sql-driver.ts";
import { storeFailed, wrongSequence } from "../store-errors.ts";

/** The guard against a gap or another engine is in the statement that writes the sequence. */
const advance = `UPDATE progress SET sequence = ?, opener = ?, opened_at = ?, time = ?,
  last_number = ?, last_cell = ?, identity = ?, is_clean = ? WHERE sequence = ?`;

/** How far the history goes: one row, written by every window. */
export class SqlProgress {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  opened(): Opened {
    return progressOf(this.#driver.name, () => {
      const row = this.#row();
      return {
        sequence: integerOf(row, "sequence"),
        time: integerOf(row, "time"),
        openedAt: integerOf(row, "opened_at"),
        lastNumber: integerOf(row, "last_number"),
        lastCell: integerOf(row, "last_cell"),
        identity: optionalTextOf(row, "identity"),
        isClean: integerOf(row, "is_clean") === 1,
      };
    });
  }

  /** False if this window already exists. Throws if it is not the next one. */
  advance(window: CommitWindow): boolean {
    const { sequence, opener, openedAt, time, lastNumber, lastCell, identity, isClean } = window;
    const isNext = this.#driver.change(
      advance,
      sequence,
      textTo(opener),
      openedAt,
      time,
      lastNumber,
      lastCell,
      textTo(identity),
      isClean ? 1 : 0,
      sequence - 1,
    );
    if (isNext) return true;
    const row = this.#row();
    if (integerOf(row, "sequence") === sequence && textOf(row, "opener") === opener) return false;
    throw this.#refused(row, sequence);
  }

  #row(): Row {
    const [row, other] = this.#driver.exec("SELECT * FROM progress");
    if (row === undefined) throw storeFailed(this.#driver.name, "its progress is missing");
    if (other === undefined) return row;
    throw storeFailed(this.#driver.name, "its progress has more than one row");
  }

  #refused(row: Row, sequence: number): StateFunError {
    return wrongSequence(this.#driver.name, integerOf(row, "sequence"), sequence);
  }
}
