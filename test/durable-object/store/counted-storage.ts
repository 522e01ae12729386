import type { DurableObjectStorageLike } from "../../../src/store/drivers/durable-object-driver.ts";

/** What the platform bills: rows of the database that were written and read, and the alarm, which is a row written as well. */
export interface Written {
  rows: number;
  read: number;
  alarms: number;
  statements: number;
}

/** The storage of an object, which says what was written since it was last asked. */
export function countedStorage(storage: DurableObjectStorageLike): {
  readonly storage: DurableObjectStorageLike;
  written(): Written;
} {
  let counts: Written = { rows: 0, read: 0, alarms: 0, statements: 0 };
  const sql: DurableObjectStorageLike["sql"] = {
    get databaseSize() {
      return storage.sql.databaseSize;
    },
    exec: (text, ...params) => {
      const cursor = storage.sql.exec(text, ...params);
      const rows = [...cursor];
      // The platform's cursor has it; the store does not ask for it.
      const { rowsWritten, rowsRead } = cursor as typeof cursor & { readonly rowsRead: number };
      counts.rows += rowsWritten;
      counts.read += rowsRead;
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
      counts = { rows: 0, read: 0, alarms: 0, statements: 0 };
      return now;
    },
  };
}
