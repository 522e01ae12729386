/// <reference types="node" />

import type { StoreSnapshot } from "../../../engine/contract/snapshot.ts";
import { invalid } from "../../../internal/assert.ts";
import { StateFunError } from "../../../internal/errors.ts";
import { reasonOf, show } from "../../../internal/show.ts";
import { loadBackupFiles } from "../../backup/backup-files.ts";
import type { SqlDriver } from "../../drivers/sql-driver.ts";
import { newer, storedVersion } from "../../schema.ts";
import { loadPlatform } from "../../sqlite/platform.ts";
import { type ReadingDatabase, snapshotDriver } from "../../sqlite/snapshot-driver.ts";
import { filesBefore } from "../../sqlite/store-files.ts";
import { needsLog } from "../../sqlite/write-ahead-log.ts";
import { asStoreError, storeFailed } from "../../store-errors.ts";
import { currentSchema } from "../sql-schema.ts";
import { SqlSnapshot } from "./sql-snapshot.ts";

/**
 * A store in a file at one moment, which another process may have open, or none. This process only reads it by SQLite, which is what
 * the owner of a store allows. Nothing is asked of the owner.
 */
export async function openFileSnapshot(path: string): Promise<StoreSnapshot> {
  const name = `the store ${path}`;
  const [platform, files, { DatabaseSync }] = await Promise.all([
    loadPlatform(),
    loadBackupFiles(),
    import("node:sqlite"),
  ]);
  // Its log is beside the file itself, not beside a link to it.
  const file = await files.realpath(path).catch((error: unknown) => {
    throw invalid(`the store ${show(path)} cannot be found: ${reasonOf(error)}`);
  });
  // SQLite would delete the log of an empty database, also for who only reads.
  const { isEmpty, hasLog } = filesBefore(platform, file);
  if (isEmpty) throw invalid(`${path} is not a store: it is empty`);
  try {
    const database = new DatabaseSync(file, { readOnly: true }) as unknown as ReadingDatabase;
    const driver = snapshotDriver(name, database);
    try {
      assertReadable(driver, path);
      assertWhole(driver, hasLog);
    } catch (error) {
      driver.close();
      throw error;
    }
    return new SqlSnapshot(driver, () => {});
  } catch (error) {
    throw asStoreError(name, error);
  }
}

type Reading = Pick<SqlDriver, "name" | "exec">;

/** Brings nothing up to date: that is for a runtime, which owns the file then. */
function assertReadable(driver: Reading, path: string): void {
  const stored = storedVersion(driver);
  if (stored === undefined) throw invalid(`${path} is not a store of sqliteStore`);
  const { version } = currentSchema;
  if (stored.readableBy > version) throw newer(driver.name, stored, version);
  if (stored.version >= version) return;
  throw new StateFunError(
    "unsupported",
    `${driver.name} was written by an older version of statefun: start and stop a runtime on it once, which brings it up to date`,
  );
}

function assertWhole(driver: Reading, hasLog: boolean): void {
  const mark = driver.exec("PRAGMA user_version")[0]?.["user_version"];
  if (mark !== needsLog || hasLog) return;
  const text = "its log is missing, and with it what was stored last: put the log back beside it";
  throw storeFailed(driver.name, text);
}
