import { StateFunError } from "../internal/errors.ts";
import { peek, reasonOf } from "../internal/show.ts";
import type { Row, SqlDriver, SqlValue } from "./sql-driver.ts";
import { storeFailed } from "./store-errors.ts";

export type Durability = "full" | "normal";

/** What node:sqlite and better-sqlite3 have in common. */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement;
  close(): unknown;
}

/** A statement with all its rows: of one that gives none, none. */
export interface SqliteStatement {
  all(...params: readonly SqlValue[]): readonly Row[];
}

/**
 * Below SQLite's own default limit of a value, a thousand million bytes: nothing is ever split.
 */
const maxValueBytes = 999_000_000;

/**
 * In pages of 4 KiB. Hot pages are copied into the database once for many windows, and the log stays at about 16 MB.
 */
const autoCheckpoint = 4_000;

/**
 * Takes the lock of a database and sets it up; when that fails, closes it and throws. The lock is held until the
 * database is closed: WAL with exclusive locking needs no shared memory, and refuses everybody else at once.
 */
export function openSqlite(
  path: string,
  durability: Durability,
  open: () => SqliteDatabase,
): SqlDriver {
  let database: SqliteDatabase | undefined;
  try {
    database = open();
    setUp(database, durability);
    return new SqliteDriver(path, database);
  } catch (error) {
    closeQuietly(database);
    throw openFailed(path, error);
  }
}

function setUp(database: SqliteDatabase, durability: Durability): void {
  const pragma = (text: string) => database.prepare(`PRAGMA ${text}`).all()[0];
  // Whoever has the lock keeps it: waiting, for five seconds by better-sqlite3's default, would only block the process.
  pragma("busy_timeout = 0");
  pragma("locking_mode = EXCLUSIVE");
  const mode = pragma("journal_mode = WAL")?.["journal_mode"];
  if (mode !== "wal") {
    throw new StateFunError("store_failed", `a write-ahead log is not possible here, but ${mode}`);
  }
  // FULL flushes the log at every commit. NORMAL does at checkpoints: a power failure may take the last windows.
  pragma(`synchronous = ${durability === "full" ? "FULL" : "NORMAL"}`);
  pragma(`wal_autocheckpoint = ${autoCheckpoint}`);
  // What a sweep puts aside is small, and a second file would need space of its own.
  pragma("temp_store = MEMORY");
  // The first write takes the lock, which nobody else may have.
  database.prepare("BEGIN IMMEDIATE").all();
  database.prepare("COMMIT").all();
}

class SqliteDriver implements SqlDriver {
  readonly name: string;
  readonly maxValueBytes: number = maxValueBytes;
  readonly #database: SqliteDatabase;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(path: string, database: SqliteDatabase) {
    this.name = nameOf(path);
    this.#database = database;
  }

  exec(sql: string, ...params: readonly SqlValue[]): readonly Row[] {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement.all(...params);
  }

  transaction<T>(body: () => T): T {
    this.exec("BEGIN IMMEDIATE");
    try {
      const result = body();
      this.exec("COMMIT");
      return result;
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  /** A commit returns when it is as durable as it gets. */
  async durable(): Promise<void> {}

  close(): void {
    closeQuietly(this.#database);
  }

  /** After some failures SQLite has rolled back by itself, and says so. */
  #rollback(): void {
    try {
      this.exec("ROLLBACK");
    } catch {
      // If a transaction is still open, the next one cannot begin, and says why.
    }
  }
}

function closeQuietly(database: SqliteDatabase | undefined): void {
  try {
    database?.close();
  } catch {
    // Not open any more.
  }
}

function nameOf(path: string): string {
  return `the store ${path}`;
}

/** By its message too: not every runtime gives a code. */
function isLocked(error: unknown): boolean {
  return (
    peek(error, "errcode") === 5 ||
    peek(error, "code") === "SQLITE_BUSY" ||
    /database (?:table )?is locked/.test(reasonOf(error))
  );
}

/** SQLite says "disk I/O error" of a file that it may only read, and of any other trouble that it cannot open it. */
function adviceOf(error: unknown): string {
  if (!/disk I\/O error|unable to open|readonly/.test(reasonOf(error))) return "";
  return " (its directory has to exist, and both have to be writable)";
}

function openFailed(path: string, error: unknown): StateFunError {
  const name = nameOf(path);
  if (!isLocked(error)) return storeFailed(name, `${reasonOf(error)}${adviceOf(error)}`, error);
  return new StateFunError(
    "store_locked",
    `${name} is open in another process or runtime: one at a time may use it`,
    { cause: error },
  );
}
