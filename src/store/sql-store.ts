import type { Store as EngineStore } from "../engine/store.ts";
import { DriverStore } from "./driver-store.ts";
import { prepareSchema, type Schema } from "./schema.ts";
import { SqlData } from "./sql-data.ts";
import type { SqlDriver } from "./sql-driver.ts";
import { currentSchema } from "./sql-schema.ts";

/**
 * A store over SQLite. `openDriver` is called when the store opens: it takes the lock, or rejects. The driver
 * is closed with the store, and when opening fails.
 */
export function createSqlStore(
  openDriver: () => Promise<SqlDriver>,
  schema: Schema = currentSchema,
): EngineStore {
  return new DriverStore(openDriver, (driver, damage) => {
    prepareSchema(driver, schema);
    const data = new SqlData(driver, damage);
    return { data, opened: data.progress.opened() };
  });
}
