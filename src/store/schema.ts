import { StateFunError } from "../internal/errors.ts";
import { integerOf } from "./drivers/columns.ts";
import type { SqlDriver } from "./drivers/sql-driver.ts";

/** One version up: from `to - 1` to `to`. */
export interface Migration {
  readonly to: number;
  /** Runs within a transaction, with the tables as the version before left them. */
  run(driver: SqlDriver): void;
}

/** What this code writes, and how it brings older databases there. */
export interface Schema {
  readonly version: number;
  /** The oldest version whose code may use what this one writes: what it has added can be left alone. */
  readonly readableBy: number;
  /** Makes all tables, of `version`. */
  create(driver: SqlDriver): void;
  /** In order, one for each version from 2 on. */
  readonly migrations: readonly Migration[];
}

/**
 * Makes the tables, or brings them to the version of the schema, all or nothing. A database that is newer stays
 * as it is: it can be used if it says so, otherwise this throws `store_newer`.
 */
export function prepareSchema(driver: SqlDriver, schema: Schema): void {
  driver.transaction(() => {
    const stored = storedVersion(driver);
    if (stored === undefined) {
      driver.exec("CREATE TABLE statefun (schema INTEGER NOT NULL, readable_by INTEGER NOT NULL)");
      driver.exec("INSERT INTO statefun VALUES (?, ?)", schema.version, schema.readableBy);
      schema.create(driver);
      return;
    }
    if (stored.version > schema.version) {
      if (stored.readableBy > schema.version) throw newer(driver.name, stored, schema.version);
      return;
    }
    if (stored.version === schema.version) return;
    for (const migration of schema.migrations) {
      if (migration.to > stored.version) migration.run(driver);
    }
    const sql = "UPDATE statefun SET schema = ?, readable_by = ?";
    driver.exec(sql, schema.version, schema.readableBy);
  });
}

export interface StoredVersion {
  readonly version: number;
  readonly readableBy: number;
}

export function storedVersion(driver: Pick<SqlDriver, "name" | "exec">): StoredVersion | undefined {
  const sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'statefun'";
  if (driver.exec(sql).length === 0) return undefined;
  const row = driver.exec("SELECT schema, readable_by FROM statefun")[0];
  if (row === undefined) {
    throw new StateFunError("store_failed", `${driver.name} failed: its version is missing`);
  }
  return { version: integerOf(row, "schema"), readableBy: integerOf(row, "readable_by") };
}

export function newer(name: string, stored: StoredVersion, version: number): StateFunError {
  return new StateFunError(
    "store_newer",
    `${name} has schema version ${stored.version}, which code of version ${stored.readableBy} or later can read: ` +
      `this code has version ${version}, so update the package statefun`,
  );
}
