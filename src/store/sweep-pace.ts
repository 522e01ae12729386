import type { CommitWindow } from "../engine/contract/store.ts";

/** Looking for what has expired costs a statement a table: seldom enough that a window does not notice. */
const pauseMs = 2_000;
/** Some milliseconds at worst, within the commit of a window. */
const portion = 500;

/** How many records of a kept egress may go in a window, because there are too many of them. More than it can add. */
export function mostTrimmed({ egress }: CommitWindow): number {
  return portion + egress.added.length;
}

/** A table that forgets what has expired; false when a portion was not enough. */
export interface Swept {
  sweep(time: number, limit: number): boolean;
}

/** When the commit of a window also sweeps, and how much. */
export class SweepPace {
  /** The first window after opening sweeps. */
  #nextAt = 0;

  /**
   * How many rows of a table may go in this window, 0 being none. More than the window can add: what expires
   * as fast as it comes does not pile up.
   */
  portionOf(window: CommitWindow): number {
    if (window.time < this.#nextAt) return 0;
    return portion + window.cells.length + window.accepted.length + window.egress.added.length;
  }

  /** A portion that was not enough is followed by one in the next window. */
  swept(window: CommitWindow, isEnough: boolean): void {
    if (isEnough) this.#nextAt = window.time + pauseMs;
  }

  /** Whether the portion that is due was enough for each table; undefined if none is due. */
  sweep(window: CommitWindow, tables: readonly Swept[]): boolean | undefined {
    const limit = this.portionOf(window);
    if (limit === 0) return undefined;
    // Each has its portion, whatever the others say.
    return !tables.map((table) => table.sweep(window.time, limit)).includes(false);
  }
}
