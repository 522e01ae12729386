import { invalid } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { peek, reasonOf } from "../../internal/show.ts";
import type { Row, SqlValue } from "../drivers/sql-driver.ts";
import { storeFailed } from "../store-errors.ts";

/** What is used of `DatabaseSync` of node:sqlite. */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement;
  close(): unknown;
}

export interface SqliteStatement {
  /** All its rows: of one that gives none, none. */
  all(...params: readonly SqlValue[]): readonly Row[];
  /** How many rows an INSERT, UPDATE or DELETE has changed. */
  run(...params: readonly SqlValue[]): { readonly changes: number | bigint };
}

/**
 * Runs a statement once. Of settings that take effect when they are prepared none is kept for a second time.
 */
export function runOnce(
  database: SqliteDatabase,
  sql: string,
  ...params: readonly SqlValue[]
): Row | undefined {
  return database.prepare(sql).all(...params)[0];
}

export function closeQuietly(database: SqliteDatabase | undefined): void {
  try {
    database?.close();
  } catch {
    // No longer open.
  }
}

/** The full path of the database's file, as its companions are named after. */
export function fileOf(database: SqliteDatabase): string {
  const file = runOnce(database, "PRAGMA database_list")?.["file"];
  if (typeof file === "string" && file !== "") return file;
  throw invalid(
    "path must name a file, got a database in memory (use memoryStore() to keep state in memory)",
  );
}

/** By its message too: not every runtime gives a code. */
export function isLocked(error: unknown): boolean {
  return (
    peek(error, "errcode") === 5 ||
    peek(error, "code") === "SQLITE_BUSY" ||
    /database (?:table )?is locked/.test(reasonOf(error))
  );
}

/** SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC. */
const flushCodes: ReadonlySet<unknown> = new Set([1_034, 1_290]);

/** Whether SQLite could not flush a file: what was written to it may be lost. Not every runtime says so. */
export function isFlushFailure(error: unknown): boolean {
  return (
    flushCodes.has(peek(error, "errcode")) ||
    /^SQLITE_IOERR_(?:DIR_)?FSYNC/.test(String(peek(error, "code")))
  );
}

/** SQLite says "disk I/O error" of a file that it may only read, and of any other trouble that it cannot open it. */
function adviceOf(error: unknown): string {
  if (!/disk I\/O error|unable to open|readonly/.test(reasonOf(error))) return "";
  return " (its directory must exist, and both must be writable)";
}

export function storeLocked(reason: string, cause?: unknown): StateFunError {
  return new StateFunError("store_locked", reason, { cause });
}

/** What is thrown when a store does not open. */
export function openFailed(name: string, error: unknown): StateFunError {
  if (error instanceof StateFunError) return error;
  if (!isLocked(error)) return storeFailed(name, `${reasonOf(error)}${adviceOf(error)}`, error);
  return storeLocked(openElsewhere(name), error);
}

export function openElsewhere(name: string, where = ""): string {
  return `${name} is open in another process or runtime${where}: only one at a time can use it`;
}
