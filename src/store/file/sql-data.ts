import type { CommitWindow } from "../../engine/contract/store.ts";
import { type Damage, isClash } from "../damage.ts";
import { integerOf } from "../drivers/columns.ts";
import type { SqlDriver } from "../drivers/sql-driver.ts";
import { mostTrimmed, SweepPace } from "../sweep-pace.ts";
import { SqlAccepted } from "./sql-accepted.ts";
import { SqlCells } from "./sql-cells.ts";
import { SqlDead } from "./sql-dead.ts";
import { SqlEgress } from "./sql-egress.ts";
import { SqlKept } from "./sql-kept.ts";
import { SqlMessages } from "./sql-messages.ts";
import { SqlPaused } from "./sql-paused.ts";
import type { HashId } from "./sql-places.ts";
import { SqlPositions } from "./sql-positions.ts";
import { SqlProgress } from "./sql-progress.ts";
import { SqlRows } from "./sql-rows.ts";
import { SqlTimers } from "./sql-timers.ts";
import { SqlValues } from "./sql-values.ts";

/** How long after a window a process is woken that still has something to do: only if it has died meanwhile. */
const soonMs = 5_000;

const hasWork =
  "SELECT EXISTS (SELECT 1 FROM messages) OR EXISTS (SELECT 1 FROM egress) AS has_work";

/** The tables of an opened database, and what a window does to them. */
export class SqlData {
  readonly #driver: SqlDriver;
  readonly #rows: SqlRows;
  readonly #pace = new SweepPace();
  readonly progress: SqlProgress;
  readonly cells: SqlCells;
  readonly messages: SqlMessages;
  readonly timers: SqlTimers;
  readonly egress: SqlEgress;
  readonly kept: SqlKept;
  readonly dead: SqlDead;
  readonly paused: SqlPaused;
  readonly accepted: SqlAccepted;
  readonly positions: SqlPositions;

  constructor(driver: SqlDriver, damage: Damage, hash?: HashId) {
    this.#driver = driver;
    const rows = new SqlRows(driver, damage);
    this.#rows = rows;
    const values = new SqlValues(driver);
    this.progress = new SqlProgress(driver);
    this.cells = new SqlCells(driver, values, hash);
    this.messages = new SqlMessages(rows, values);
    this.timers = new SqlTimers(rows, values);
    this.egress = new SqlEgress(rows, values);
    this.kept = new SqlKept(rows, values);
    this.dead = new SqlDead(rows, values);
    this.paused = new SqlPaused(rows);
    this.accepted = new SqlAccepted(rows, values);
    this.positions = new SqlPositions(driver);
  }

  /** One transaction, whatever the window holds. */
  commit(window: CommitWindow): void {
    try {
      const isEnough = this.#driver.transaction(() => this.#apply(window));
      if (isEnough !== undefined) this.#pace.swept(window, isEnough);
    } catch (error) {
      this.kept.forgetCounts();
      this.dead.forgetCounts();
      this.cells.forget();
      throw error;
    }
  }

  mend(error: unknown): boolean {
    return isClash(error) ? this.#rows.scrub() : this.#rows.dropNumberless(error);
  }

  /** Whether its sweep was enough; undefined if there was none. */
  #apply(window: CommitWindow): boolean | undefined {
    if (!this.progress.advance(window)) return undefined;
    this.cells.apply(window);
    this.messages.apply(window);
    this.timers.apply(window);
    this.egress.apply(window);
    this.kept.apply(window);
    this.dead.apply(window);
    this.paused.apply(window);
    this.accepted.apply(window);
    this.positions.apply(window);
    const isEnough = this.#pace.sweep(window, [this.cells, this.accepted, this.kept]);
    for (const { egress, maxRecords } of window.keep) {
      this.kept.trim(egress, maxRecords, mostTrimmed(window));
    }
    this.#driver.wakeAt?.(this.#nextWake(window));
    return isEnough;
  }

  #nextWake({ time }: CommitWindow): number | undefined {
    const row = this.#driver.exec(hasWork)[0];
    const due = this.timers.nextDue();
    if (row === undefined || integerOf(row, "has_work") === 0) return due;
    return Math.min(due ?? Number.POSITIVE_INFINITY, time + soonMs);
  }
}
