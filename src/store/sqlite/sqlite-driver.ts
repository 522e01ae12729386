import { StateFunError } from "../../internal/errors.ts";
import { peek, reasonOf } from "../../internal/show.ts";
import type { BackupSource } from "../backup-source.ts";
import type { Row, SnapshotDriver, SqlDriver, SqlValue } from "../drivers/sql-driver.ts";
import { finalFailure } from "../store-errors.ts";
import { claimFile, dataVersion } from "./file-claim.ts";
import { flushThreads, LogSync } from "./log-sync.ts";
import type { OwnerLock } from "./owner-lock.ts";
import type { Platform } from "./platform.ts";
import { type ReadingDatabase, snapshotDriver } from "./snapshot-driver.ts";
import {
  closeQuietly,
  fileOf,
  isFlushFailure,
  type SqliteDatabase,
  type SqliteStatement,
} from "./sqlite-database.ts";
import type { StoreFiles } from "./store-files.ts";
import type { WriteAheadLog } from "./write-ahead-log.ts";

/** Below SQLite's own default limit of a value, a thousand million bytes: nothing is ever split. */
const maxValueBytes = 999_000_000;

/** How often at most a commit checks the files and takes the lock again: often enough, and at no cost under load. */
const filesMs = 10;
const lockMs = 250;
/** How often both are done while nothing is committed. */
const idleMs = 1_000;

/** Of a flush that is possible and went wrong. Any other error of the first one says that it is not possible here. */
const diskFailures: ReadonlySet<unknown> = new Set(["EIO", "ENOSPC", "EDQUOT", "ESTALE"]);

const writtenByOthers =
  "another process has written to it while it was open, so this one has stopped. " +
  "Let only one process use the store";

/** An opened database and what guards it. */
export interface SqliteParts {
  readonly platform: Platform;
  readonly name: string;
  readonly database: SqliteDatabase;
  readonly lock: OwnerLock;
  readonly files: StoreFiles;
  readonly log: WriteAheadLog;
  readonly dataVersion: unknown;
  /** Opens the database once more, to read it. */
  readonly openReader: (file: string) => ReadingDatabase;
}

export class SqliteDriver implements SqlDriver {
  readonly name: string;
  readonly maxValueBytes: number = maxValueBytes;
  readonly #parts: SqliteParts;
  readonly #statements = new Map<string, SqliteStatement>();
  #lookedAt = 0;
  #hasBegun = false;
  #claimedAt = performance.now();
  #unwatch = (): void => {};
  /** Whether the log is flushed here: from the first window on, if that is possible, where windows must be on the disk. */
  #flushing: "not yet" | "never" | LogSync;

  constructor(parts: SqliteParts, isFull: boolean) {
    this.name = parts.name;
    this.#parts = parts;
    this.#flushing = isFull ? "not yet" : "never";
  }

  exec(sql: string, ...params: readonly SqlValue[]): readonly Row[] {
    return this.#prepared(sql).all(...params);
  }

  change(sql: string, ...params: readonly SqlValue[]): boolean {
    return Number(this.#prepared(sql).run(...params).changes) > 0;
  }

  transaction<T>(body: () => T): T {
    const { log, files } = this.#parts;
    if (performance.now() - this.#claimedAt > lockMs) this.#claim();
    this.exec("BEGIN IMMEDIATE");
    let result: T;
    try {
      log.unmark();
      result = body();
      this.exec("COMMIT");
    } catch (error) {
      this.#rollback();
      throw this.#judged(error);
    }
    log.committed();
    if (!this.#hasBegun) files.begun();
    this.#hasBegun = true;
    if (typeof this.#flushing === "object") this.#flushing.committed();
    // What was written to a file that no longer exists is not stored.
    if (performance.now() - this.#lookedAt > filesMs) {
      if (this.#shrink(files.assertSame() ?? 0)) files.written();
      this.#lookedAt = performance.now();
    }
    return result;
  }

  /** Where the log is not flushed here, a commit returns when it is as durable as it gets. */
  async durable(waiting: number = Number.POSITIVE_INFINITY): Promise<void> {
    if (this.#flushing === "not yet") this.#flushing = this.#beginFlushing() ?? "never";
    if (this.#flushing !== "never") await this.#flushing.durable(waiting);
  }

  watch(lost: (error: unknown) => void): void {
    const { setInterval, clearInterval } = this.#parts.platform.timers;
    const timer = setInterval(() => {
      try {
        this.#claim();
      } catch (error) {
        // Trouble of the disk is the next commit's.
        if (!(error instanceof StateFunError)) return;
        clearInterval(timer);
        lost(error);
      }
    }, idleMs);
    timer.unref();
    this.#unwatch = () => clearInterval(timer);
  }

  snapshot(): SnapshotDriver {
    const { name, database, openReader } = this.#parts;
    this.#claim();
    const reader = snapshotDriver(name, openReader(fileOf(database)));
    try {
      // What it has opened is what this one has.
      this.#claim();
      return reader;
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  backupSource(): BackupSource {
    return { file: fileOf(this.#parts.database), assertSame: () => this.#claim() };
  }

  close(): void {
    const { database, log, lock } = this.#parts;
    this.#unwatch();
    log.end();
    closeQuietly(database);
    if (typeof this.#flushing === "object") this.#flushing.close();
    lock.release();
  }

  #prepared(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#parts.database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Takes the lock of the file again, and throws if another program has written to it or its files have changed. */
  #claim(): void {
    const { name, database, files } = this.#parts;
    claimFile(database);
    files.assertSame();
    if (dataVersion(database) !== this.#parts.dataVersion)
      throw finalFailure(name, writtenByOthers);
    this.#claimedAt = performance.now();
  }

  /**
   * After the first windows, which SQLite has flushed itself: with the first of them the entry of the log in its folder.
   * One that an earlier process has made may not have its entry yet.
   */
  #beginFlushing(): LogSync | undefined {
    const { platform, name, files, log } = this.#parts;
    const opened = Array.from({ length: flushThreads }, () => files.openLog());
    const descriptors = opened.filter((file) => file !== undefined);
    const close = (): void => {
      for (const file of descriptors) platform.fs.closeSync(file);
    };
    if (descriptors.length < flushThreads) {
      close();
      return undefined;
    }
    try {
      files.flushFolder();
      const flushing = new LogSync(platform, name, descriptors);
      log.flushElsewhere();
      return flushing;
    } catch (error) {
      close();
      if (!diskFailures.has(peek(error, "code"))) return undefined;
      throw finalFailure(name, reasonOf(error), error);
    }
  }

  #shrink(bytes: number): boolean {
    try {
      return this.#parts.log.shrink(bytes);
    } catch (error) {
      throw this.#judged(error);
    }
  }

  /** When SQLite could not flush the log, nothing is known of windows that nobody has flushed yet. */
  #judged(error: unknown): unknown {
    const flushing = this.#flushing;
    return typeof flushing === "object" && isFlushFailure(error) ? flushing.fail(error) : error;
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
