import type { BackupSource } from "../backup-source.ts";

export type SqlValue = string | number | null | Uint8Array;

/** By name of the column. */
export type Row = Readonly<Record<string, SqlValue>>;

/**
 * What the SQL store needs of a SQLite: that of Node, Deno and Bun, or the storage of a Durable
 * Object, which is the narrowest of them and sets the limits here. One connection, used synchronously, by one
 * store. What the methods throw is the platform's own error: the store turns it into `store_failed`.
 */
export interface SqlDriver {
  /** Which database this is, at the start of error messages. */
  readonly name: string;
  /**
   * The most bytes that a row takes in its BLOBs. Less than the platform's limit of a row by some room for its
   * texts. The store splits what is longer.
   */
  readonly maxValueBytes: number;
  /**
   * Runs one statement, which is never BEGIN, COMMIT or their like, and gives its rows, all of them. At most
   * 100 parameters, in order, none of them undefined; arrays are copied. Numbers are safe integers. BLOBs come
   * back as plain `Uint8Array`s that are the caller's own. A text with a NUL may come back cut: the store binds
   * none. Statements are prepared once and kept by their text: of texts there are few.
   */
  exec(sql: string, ...params: readonly SqlValue[]): readonly Row[];
  /**
   * As `exec`, for one INSERT, UPDATE or DELETE without RETURNING. Whether it has written or deleted any row: asking for
   * that by RETURNING costs several times as much as the statement.
   */
  change(sql: string, ...params: readonly SqlValue[]): boolean;
  /**
   * Runs `body` in a transaction, and gives what it gives. Whatever is thrown, by `body` or by the commit, rolls
   * everything back, and no transaction stays open. Is not called within itself.
   */
  transaction<T>(body: () => T): T;
  /**
   * Called within a transaction, on platforms that have alarms: wakes the process at this time, or never. It is
   * rolled back with the rows.
   */
  wakeAt?(time: number | undefined, mayBeLater?: boolean): void;
  /** Whether it wakes the process at this time or before. */
  isWokenBy?(time: number): boolean;
  /** As `Store.durable`. */
  durable(waiting?: number): Promise<void>;
  /** As `Store.watch`. */
  watch?(lost: (error: unknown) => void): void;
  /** One state of the database, after the last commit. Absent where there is one connection alone. */
  snapshot?(): SnapshotDriver;
  /** As `FileStore.backupSource`. Absent where the database is no file. */
  backupSource?(): BackupSource;
  /** Releases the lock. Never throws. */
  close(): void;
}

/** A connection of its own that reads one state of a database, whatever is committed meanwhile. */
export interface SnapshotDriver extends Pick<SqlDriver, "name" | "maxValueBytes" | "exec"> {
  /**
   * The rows one by one, as they are asked for, each as the list of its columns: an object for each takes a quarter longer.
   * One reading of a statement at a time; `page` is not called with the same one.
   */
  rows(sql: string, ...params: readonly SqlValue[]): Iterable<readonly SqlValue[]>;
  /** As `exec`, cut off behind the row that makes it a megabyte of BLOBs. */
  page(sql: string, ...params: readonly SqlValue[]): readonly Row[];
  /** Never throws. */
  close(): void;
}
