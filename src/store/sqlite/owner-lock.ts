import { reasonOf } from "../../internal/show.ts";
import { storeFailed } from "../store-errors.ts";
import type { Platform } from "./platform.ts";
import { makeFile } from "./private-file.ts";
import {
  isAnotherRunning,
  type ProcessRecord,
  processFrom,
  thisProcess,
} from "./process-record.ts";
import {
  closeQuietly,
  isLocked,
  openElsewhere,
  runOnce,
  type SqliteDatabase,
  storeLocked,
} from "./sqlite-database.ts";

/** A process that ends lets go of its locks a moment before it is gone. */
const patienceMs = 1_000;
const pauseMs = 50;

/** Held by the owner of a store until it closes. */
export interface OwnerLock {
  release(): void;
}

interface Owner extends ProcessRecord {
  /** Which file it has open: a copy of the directory has a copy of this record. */
  readonly file: string;
}

/**
 * Takes the lock of a store, which is in a file of its own, `<file>-lock`: a tiny database in which a transaction stays
 * open. The system drops the locks that a process has on a file when any part of it opens and closes that file. Nobody
 * has a reason to open this one; where it happens all the same, as when the whole directory is copied, the record in it
 * says which process has the store open. Rejects with `store_locked`.
 */
export async function takeOwnerLock(
  platform: Platform,
  name: string,
  file: string,
  open: (path: string) => SqliteDatabase,
): Promise<OwnerLock> {
  const owner: Owner = { ...thisProcess(platform), file: identityOf(platform, file) };
  const end = performance.now() + patienceMs;
  for (;;) {
    makeFile(platform, `${file}-lock`, file);
    const database = open(`${file}-lock`);
    let other: Owner | undefined;
    try {
      other = claim(platform, database, owner);
    } catch (error) {
      const known = isLocked(error) ? ownerIn(database) : undefined;
      closeQuietly(database);
      if (!isLocked(error)) throw lockFailed(name, file, error);
      throw storeLocked(openElsewhere(name, placeOf(platform, known)), error);
    }
    if (other === undefined) return { release: () => release(database, owner) };
    closeQuietly(database);
    if (performance.now() > end) throw storeLocked(lostItsLock(name, other));
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Gives the owner that still runs, if there is one. Throws "database is locked" where one holds the lock. */
function claim(platform: Platform, database: SqliteDatabase, owner: Owner): Owner | undefined {
  const run = (sql: string, ...params: string[]) => runOnce(database, sql, ...params);
  run("PRAGMA busy_timeout = 0");
  // Once it is made, pages are only written over, and a power failure ends the process that they name.
  if (run("SELECT 1 FROM sqlite_schema") !== undefined) run("PRAGMA synchronous = OFF");
  run("BEGIN IMMEDIATE");
  run("CREATE TABLE IF NOT EXISTS owner (record TEXT NOT NULL)");
  const other = ownerIn(database);
  if (other !== undefined && other.file === owner.file && isAnotherRunning(platform, other)) {
    run("ROLLBACK");
    return other;
  }
  run("DELETE FROM owner");
  run("INSERT INTO owner (record) VALUES (?)", JSON.stringify(owner));
  run("COMMIT");
  // Whoever looks in between finds the record, and is gone at once.
  run(`PRAGMA busy_timeout = ${patienceMs}`);
  run("BEGIN IMMEDIATE");
  return undefined;
}

function release(database: SqliteDatabase, owner: Owner): void {
  try {
    runOnce(database, "ROLLBACK");
    runOnce(database, "DELETE FROM owner WHERE record = ?", JSON.stringify(owner));
  } catch {
    // The file is gone, or another owner has it: their record is not ours.
  }
  closeQuietly(database);
}

function ownerIn(database: SqliteDatabase): Owner | undefined {
  try {
    const value: unknown = JSON.parse(
      String(runOnce(database, "SELECT record FROM owner")?.["record"]),
    );
    const known = processFrom(value);
    return known && { ...known, file: String(Object(value).file) };
  } catch {
    return undefined;
  }
}

function identityOf({ fs }: Platform, file: string): string {
  try {
    const { dev, ino } = fs.statSync(file, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    // Without the permission to look: then nothing is known of it.
    return "";
  }
}

function placeOf(platform: Platform, owner: Owner | undefined): string {
  if (owner === undefined) return "";
  const { pid, host } = owner;
  return pid === platform.pid ? " (this process)" : ` (process ${pid} on ${host})`;
}

function lostItsLock(name: string, { pid, host }: Owner): string {
  return (
    `${name} is open in process ${pid} on ${host}, which still runs although its lock is gone: ` +
    "something in it has opened and closed the files of the store. Stop that process first"
  );
}

function lockFailed(name: string, file: string, cause: unknown): Error {
  const advice = "if it is damaged, delete it while no process uses the store";
  return storeFailed(name, `its lock ${file}-lock: ${reasonOf(cause)} (${advice})`, cause);
}
