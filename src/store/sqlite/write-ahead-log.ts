import { isFlushFailure, runOnce, type SqliteDatabase } from "./sqlite-database.ts";

/**
 * A log larger than this is copied into the database; it then starts over and is cut off here, so that hot pages
 * are copied once for many windows.
 */
const logBytes = 16 * 1_024 * 1_024;
const logPages = logBytes / 4_096;

/**
 * The `user_version` of the main file while its log is needed. The log has 0 there: a reader of both finds 0, a
 * reader of the main file alone finds this value.
 */
export const needsLog = 0x5346_4c47;

/** Whether the main file says that it needs a log. If there is none, what the log held is lost. */
export function isMarked(database: SqliteDatabase): boolean {
  return runOnce(database, "PRAGMA user_version")?.["user_version"] === needsLog;
}

/**
 * Copies the log into the database when it is large. SQLite would do so by itself, but without the mark that the main
 * file needs its log: it is set just before each copy, and taken back just after, which only the log has.
 */
export class WriteAheadLog {
  readonly #database: SqliteDatabase;
  #synchronous: string;
  /** To somebody else: commits are not flushed by SQLite. */
  #isFlushedElsewhere = false;
  #isMarked: boolean;
  /** The first one at once: until then the main file bears no mark. */
  #nextAt = 0;

  constructor(database: SqliteDatabase, synchronous: string, knowsItsSize: boolean) {
    this.#database = database;
    this.#synchronous = synchronous;
    this.#isMarked = isMarked(database);
    this.#run(`PRAGMA wal_autocheckpoint = ${knowsItsSize ? 0 : logPages}`);
    this.#run(`PRAGMA journal_size_limit = ${logBytes}`);
  }

  /** Commits are flushed by somebody else from now on, copies and the start of the log still by SQLite. */
  flushElsewhere(): void {
    this.#run("PRAGMA synchronous = NORMAL");
    this.#synchronous = "NORMAL";
    this.#isFlushedElsewhere = true;
  }

  /** Called within each transaction. */
  unmark(): void {
    if (this.#isMarked) this.#run("PRAGMA user_version = 0");
  }

  /** Called after each transaction. */
  committed(): void {
    this.#isMarked = false;
  }

  /**
   * Called after a transaction now and then, after the first one at any rate, with the size of the log. Whether the
   * database was written.
   */
  shrink(bytes: number): boolean {
    if (bytes <= this.#nextAt) return false;
    // While another program reads an old state or the disk is full, it is retried only after the log has grown by
    // as much again.
    this.#nextAt = this.#copy() ? logBytes : bytes + logBytes;
    return true;
  }

  /** Called before the database is closed, which copies the log and deletes it. */
  end(): void {
    try {
      this.unmark();
    } catch {
      // Then the log cannot be copied either, and stays.
    }
  }

  /**
   * Whether all of the log is in the database. If the copy fails, this is not an error: the log continues. A flush that
   * fails is one where commits have not been flushed before.
   */
  #copy(): boolean {
    try {
      this.#isMarked = true;
      // The copy flushes both files in order, and the next window flushes what comes after it.
      this.#run("PRAGMA synchronous = NORMAL");
      this.#run(`PRAGMA user_version = ${needsLog}`);
      const row = this.#run("PRAGMA wal_checkpoint(PASSIVE)");
      this.#run("PRAGMA user_version = 0");
      this.#isMarked = false;
      return row?.["busy"] === 0 && row["log"] === row["checkpointed"];
    } catch (error) {
      if (this.#isFlushedElsewhere && isFlushFailure(error)) throw error;
      return false;
    } finally {
      this.#run(`PRAGMA synchronous = ${this.#synchronous}`);
    }
  }

  #run(sql: string): ReturnType<typeof runOnce> {
    return runOnce(this.#database, sql);
  }
}
