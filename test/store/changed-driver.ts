import type { Store as EngineStore } from "../../src/engine/contract/store.ts";
import type { SnapshotDriver, SqlDriver } from "../../src/store/drivers/sql-driver.ts";
import { createSqlStore } from "../../src/store/file/sql-store.ts";
import { objectSchema } from "../../src/store/object/object-schema.ts";
import { createObjectStore } from "../../src/store/object/object-store.ts";
import { type HeadLimits, headLimits } from "../../src/store/object/rows/head-store.ts";
import { openNodeSqlite } from "../../src/store/sqlite/node-sqlite-driver.ts";
import { createHandle, type Store } from "../../src/store/store-handle.ts";

/** A driver with something changed, which calls the other one for the rest. */
export function changed(driver: SqlDriver, changes: Partial<SqlDriver>): SqlDriver {
  return {
    name: driver.name,
    maxValueBytes: driver.maxValueBytes,
    exec: (sql, ...params) => driver.exec(sql, ...params),
    change: (sql, ...params) => driver.change(sql, ...params),
    transaction: (body) => driver.transaction(body),
    durable: () => driver.durable(),
    close: () => driver.close(),
    ...(driver.snapshot === undefined ? {} : { snapshot: () => snapshotOf(driver, changes) }),
    ...changes,
  };
}

/** Of values that are split as in the driver. */
function snapshotOf(driver: SqlDriver, { maxValueBytes }: Partial<SqlDriver>): SnapshotDriver {
  const snapshot = driver.snapshot?.();
  if (snapshot === undefined) throw new Error("this driver has no snapshots");
  return Object.assign(snapshot, maxValueBytes === undefined ? {} : { maxValueBytes });
}

/** What hears of each statement before it runs, and may throw instead. */
export function hearing(
  driver: SqlDriver,
  hear: (sql: string) => void,
): Pick<SqlDriver, "exec" | "change"> {
  return {
    exec: (sql, ...params) => {
      hear(sql);
      return driver.exec(sql, ...params);
    },
    change: (sql, ...params) => {
      hear(sql);
      return driver.change(sql, ...params);
    },
  };
}

type ChangesOf = (driver: SqlDriver) => Partial<SqlDriver>;

/** A store in a file over a driver with something changed. */
export function changedStore(
  path: string,
  changesOf: ChangesOf,
  create: (openDriver: () => Promise<SqlDriver>) => EngineStore = createSqlStore,
): Store {
  return createHandle(() =>
    create(async () => {
      const driver = await openNodeSqlite(path, "normal");
      return changed(driver, changesOf(driver));
    }),
  );
}

/** No row of the store of an object stands in its head. */
export const noHead: HeadLimits = { headBytes: 0, rowBytes: 0 };

/** The store of an object, in a file, over a driver with something changed or as it is. */
export function objectStore(
  path: string,
  changesOf: ChangesOf = () => ({}),
  limits: HeadLimits = headLimits,
): Store {
  return changedStore(path, changesOf, (open) => createObjectStore(open, objectSchema, limits));
}
