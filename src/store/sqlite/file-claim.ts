import { isLocked, runOnce, type SqliteDatabase } from "./sqlite-database.ts";

/**
 * Whether no other process has the database open at this moment. Also takes its lock anew: SQLite takes it once and believes
 * that it keeps it, but the system drops all locks of a process on a file whenever any part of the process opens and
 * closes that file. Without its lock a database loses its log to the next program that has read it.
 *
 * A transaction in exclusive mode asks the system for the lock again. Back in normal mode it ends with the shared lock,
 * which lets others read. If others read now, their locks keep the log from being deleted until the next try.
 */
export function claimFile(database: SqliteDatabase): boolean {
  runOnce(database, "PRAGMA locking_mode = EXCLUSIVE");
  let isAlone = false;
  try {
    runOnce(database, "BEGIN IMMEDIATE");
    isAlone = true;
  } catch (error) {
    if (!isLocked(error)) throw error;
  } finally {
    runOnce(database, "PRAGMA locking_mode = NORMAL");
  }
  if (isAlone) runOnce(database, "COMMIT");
  return isAlone;
}

/** Changes with each commit of another connection, and with none of this one. */
export function dataVersion(database: SqliteDatabase): unknown {
  return runOnce(database, "PRAGMA data_version")?.["data_version"];
}
