import { StateFunError } from "../../internal/errors.ts";
import type { SqlDriver } from "../drivers/sql-driver.ts";
import { storeFailed } from "../store-errors.ts";
import { claimFile, dataVersion } from "./file-claim.ts";
import { type OwnerLock, takeOwnerLock } from "./owner-lock.ts";
import { loadPlatform, type Platform } from "./platform.ts";
import type { ReadingDatabase } from "./snapshot-driver.ts";
import {
  closeQuietly,
  fileOf,
  openElsewhere,
  openFailed,
  runOnce,
  type SqliteDatabase,
  storeLocked,
} from "./sqlite-database.ts";
import { SqliteDriver } from "./sqlite-driver.ts";
import { filesBefore, StoreFiles } from "./store-files.ts";
import { isMarked, WriteAheadLog } from "./write-ahead-log.ts";

export type Durability = "full" | "normal";

/** How the databases of a store are opened: its own, and the one beside it that is its lock. */
export interface SqliteOpener {
  /** Only opens it: no statement has run, no lock is taken. */
  open(platform: Platform): SqliteDatabase;
  openBeside(path: string): SqliteDatabase;
  /** By a connection that can only read. */
  openReader(path: string): ReadingDatabase;
}

/**
 * Takes the locks of a database and sets it up; when that fails, closes it and rejects. The README says which lock is
 * there for what. Whoever is refused by the first one has not touched the database.
 */
export async function openSqlite(
  path: string,
  durability: Durability,
  opener: SqliteOpener,
): Promise<SqlDriver> {
  const name = `the store ${path}`;
  let [database, lock]: [SqliteDatabase?, OwnerLock?] = [];
  try {
    const platform = await loadPlatform();
    database = opener.open(platform);
    const file = fileOf(database);
    const before = filesBefore(platform, file);
    if (before.isEmpty && before.hasLog) throw storeFailed(name, withoutDatabase(file));
    lock = await takeOwnerLock(platform, name, file, (beside) => opener.openBeside(beside));
    // FULL flushes the log at every commit, until the driver does so itself. NORMAL does at checkpoints: a power failure may
    // take the last windows.
    const synchronous = durability === "full" ? "FULL" : "NORMAL";
    const { hadLog } = setUp(database, synchronous);
    if (!claimFile(database)) throw storeLocked(openElsewhere(name));
    const version = dataVersion(database);
    if (hadLog && !before.hasLog && isMarked(database)) {
      throw storeFailed(name, withoutLog(file));
    }
    const files = new StoreFiles(platform, name, file);
    const log = new WriteAheadLog(database, synchronous, files.assertSame() !== undefined);
    const openReader = (path: string): ReadingDatabase => opener.openReader(path);
    const guards = { lock, files, log, dataVersion: version };
    const parts = { platform, name, database, ...guards, openReader };
    return new SqliteDriver(parts, durability === "full");
  } catch (error) {
    closeQuietly(database);
    lock?.release();
    throw openFailed(name, error);
  }
}

/** Says whether the database had a log before: what SQLite has copied into a new file never needs one. */
function setUp(database: SqliteDatabase, synchronous: string): { hadLog: boolean } {
  const pragma = (text: string) => runOnce(database, `PRAGMA ${text}`);
  // Whoever has the lock keeps it: waiting would only block the process.
  pragma("busy_timeout = 0");
  const hadLog = pragma("journal_mode")?.["journal_mode"] === "wal";
  const mode = pragma("journal_mode = WAL")?.["journal_mode"];
  if (mode !== "wal") {
    throw new StateFunError("store_failed", `a write-ahead log is not possible here, but ${mode}`);
  }
  pragma(`synchronous = ${synchronous}`);
  // The first read opens the log, and by the mode of this moment it is shared with other processes or not.
  pragma("user_version");
  // What a sweep puts aside is small, and a second file would need space of its own.
  pragma("temp_store = MEMORY");
  return { hadLog };
}

/** SQLite would delete the log. */
function withoutDatabase(file: string): string {
  return (
    `its log ${file}-wal is there, but the database is missing or empty: put the database back ` +
    "beside its log, or delete the log to start empty"
  );
}

function withoutLog(file: string): string {
  return (
    `its log ${file}-wal is missing, and with it what was stored last: put the log back beside the database. ` +
    "To go on without it, from an earlier point, run: PRAGMA user_version = 0"
  );
}
