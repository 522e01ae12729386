import type { Cursor, ObjectState } from "./platform.ts";

export interface Rows {
  readonly read: number;
  readonly written: number;
}

/** What an object was asked and has written since somebody looked. */
export interface ObjectFigures {
  /** Batches of another object. */
  readonly rpcs: number;
  /** Alarms that went off. */
  readonly alarms: number;
  /** As they are billed: an alarm that is set is one that is written. */
  readonly rows: Rows;
}

/** What is counted of one object, over all its lives in this process: one that is idle for ten seconds ends. */
export class Tally {
  rpcs = 0;
  alarms = 0;
  #alarmsSet = 0;
  readonly #cursors: Cursor[] = [];

  /** Counts all that goes through this storage from now on. */
  watch({ storage }: ObjectState): void {
    const { sql } = storage;
    const exec = sql.exec.bind(sql);
    const setAlarm = storage.setAlarm.bind(storage);
    sql.exec = (...statement) => {
      const cursor = exec(...statement);
      // Its counts grow while it is read.
      this.#cursors.push(cursor);
      return cursor;
    };
    storage.setAlarm = (time) => {
      this.#alarmsSet += 1;
      return setAlarm(time);
    };
  }

  take(): ObjectFigures {
    const rows = { read: 0, written: this.#alarmsSet };
    for (const { rowsRead, rowsWritten } of this.#cursors.splice(0)) {
      rows.read += rowsRead;
      rows.written += rowsWritten;
    }
    const { rpcs, alarms } = this;
    this.rpcs = this.alarms = this.#alarmsSet = 0;
    return { rpcs, alarms, rows };
  }
}
