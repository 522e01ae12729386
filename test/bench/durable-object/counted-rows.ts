import type { Cursor, ObjectState } from "./platform.ts";

export interface Rows {
  read: number;
  written: number;
}

/** Counts what the platform bills: rows of the database, and an alarm as one that is written. */
export function countRows({ storage }: ObjectState): () => Rows {
  const { sql } = storage;
  const exec = sql.exec.bind(sql);
  const setAlarm = storage.setAlarm.bind(storage);
  const cursors: Cursor[] = [];
  let alarms = 0;
  // The counts of a cursor grow while it is read.
  sql.exec = (...statement) => {
    const cursor = exec(...statement);
    cursors.push(cursor);
    return cursor;
  };
  storage.setAlarm = (time) => {
    alarms += 1;
    return setAlarm(time);
  };
  return () => {
    const rows = { read: 0, written: alarms };
    for (const { rowsRead, rowsWritten } of cursors.splice(0)) {
      rows.read += rowsRead;
      rows.written += rowsWritten;
    }
    alarms = 0;
    return rows;
  };
}
