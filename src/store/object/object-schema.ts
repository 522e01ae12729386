import { StateFunError } from "../../internal/errors.ts";
import { integerOf } from "../drivers/columns.ts";
import type { SqlDriver } from "../drivers/sql-driver.ts";
import type { Schema } from "../schema.ts";
import { progress } from "./object-kinds.ts";

/** What a database has of ours. */
export interface StoredTables {
  readonly exists: boolean;
  /** The index of object-times.ts. */
  readonly isIndexed: boolean;
}

/**
 * One table, whose rows are explained in object-kinds.ts. Without a rowid, the key is the table: a row
 * that is written is one row, and the table begins with one page.
 *
 * Since version 2 small rows stand packed in the row of the progress, where code of version 1 would lose them. Since version
 * 3 there are rows that say what is paused: older code would run it.
 */
export const objectSchema: Schema = {
  version: 3,
  readableBy: 3,
  create: (driver) => {
    driver.exec(`CREATE TABLE statefun (
      kind INTEGER NOT NULL, key BLOB NOT NULL, at INTEGER, number INTEGER, parts INTEGER,
      data BLOB NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID`);
  },
  // Rows move into the head as they are written.
  migrations: [
    { to: 2, run: () => {} },
    { to: 3, run: () => {} },
  ],
};

export function storedTables(driver: SqlDriver): StoredTables {
  const sql = "SELECT name FROM sqlite_schema WHERE name IN ('statefun', 'statefun_at')";
  const names = driver.exec(sql).map((row) => row["name"]);
  return { exists: names.includes("statefun"), isIndexed: names.includes("statefun_at") };
}

/**
 * Brings a table to the version of the schema, all or nothing. Where there is none this writes nothing: the first
 * window makes it. A newer one stays as it is: it can be used if it says so, otherwise this throws `store_newer`.
 */
export function prepareObject(driver: SqlDriver, schema: Schema): StoredTables {
  const tables = storedTables(driver);
  if (!tables.exists) return tables;
  const sql = "SELECT number, at FROM statefun WHERE kind = ?";
  const row = driver.exec(sql, progress)[0];
  if (row === undefined) {
    throw progressMissing(driver.name);
  }
  const [stored, readableBy] = [integerOf(row, "number"), integerOf(row, "at")];
  if (stored > schema.version && readableBy > schema.version) {
    throw new StateFunError(
      "store_newer",
      `${driver.name} has schema version ${stored}, which code of version ${readableBy} or later can read: ` +
        `this code has version ${schema.version}, so update the package statefun`,
    );
  }
  if (stored < schema.version) migrate(driver, schema, stored);
  return tables;
}

export function progressMissing(name: string): StateFunError {
  return new StateFunError("store_failed", `${name} failed: its progress is missing`);
}

function migrate(driver: SqlDriver, schema: Schema, stored: number): void {
  driver.transaction(() => {
    for (const migration of schema.migrations) {
      if (migration.to > stored) migration.run(driver);
    }
    const sql = "UPDATE statefun SET number = ?, at = ? WHERE kind = ?";
    driver.exec(sql, schema.version, schema.readableBy, progress);
  });
}
