import type { DurableObjectStorageLike } from "../../../src/store/drivers/durable-object-driver.ts";

/** What the platform bills as written: rows of the database, and the alarm, which is one as well. */
export interface Written {
  rows: number;
  alarms: number;
  statements: number;
}

/** The storage of an object, which says what was written since it was last asked. */
export function countedStorage(storage: DurableObjectStorageLike): {
  readonly storage: DurableObjectStorageLike;
  written(): Written;
} {
  let counts: Written = { rows: 0, alarms: 0, statements: 0 };
  const sql: DurableObjectStorageLike["sql"] = {
    get databaseSize() {
      return storage.sql.databaseSize;
    },
    exec: (text, ...params) => {
      const cursor = storage.sql.exec(text, ...params);
      const rows = [...cursor];
      const { rowsWritten } = cursor;
      counts.rows += rowsWritten;
      counts.statements += 1;
      return Object.assign(rows, { rowsWritten });
    },
  };
  const counted: DurableObjectStorageLike = {
    sql,
    kv: storage.kv,
    transactionSync: (body) => storage.transactionSync(body),
    getAlarm: () => storage.getAlarm(),
    setAlarm: (time) => {
      counts.alarms += 1;
      return storage.setAlarm(time);
    },
    deleteAlarm: () => storage.deleteAlarm(),
    deleteAll: () => storage.deleteAll(),
    sync: () => storage.sync(),
  };
  return {
    storage: counted,
    written: () => {
      const now = counts;
      counts = { rows: 0, alarms: 0, statements: 0 };
      return now;
    },
  };
}
