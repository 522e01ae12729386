import { snapshotPageBytes } from "../../engine/contract/snapshot.ts";
import type { Row, SnapshotDriver, SqlValue } from "../drivers/sql-driver.ts";
import {
  closeQuietly,
  runOnce,
  type SqliteDatabase,
  type SqliteStatement,
} from "./sqlite-database.ts";

/** As that of the driver of a store: it splits nothing. */
const maxValueBytes = 999_000_000;

/**
 * States are read in the order of their ids, in which they seldom stand: more pages than by default are kept for the next ones. With
 * the default of 2 MB a scan of 100,000 states takes nearly twice as long, and with 16 MB one of a million half as long again.
 */
const cacheKilobytes = 65_536;

/** What is used of a connection that can only read. */
export interface ReadingDatabase extends SqliteDatabase {
  prepare(sql: string): ReadingStatement;
}

interface ReadingStatement extends SqliteStatement {
  /** Missing in some runtimes, as what follows. */
  iterate?(...params: readonly SqlValue[]): IterableIterator<Row>;
  /** Rows are lists of their columns from then on, where the runtime knows it. */
  setReturnArrays?(enabled: boolean): void;
}

/**
 * Reads one state of a database through a connection that can only read, which SQLite lets neither write the database nor delete
 * its log. The transaction stays open until the end: what is committed meanwhile is not seen, and the log does not start over.
 */
export function snapshotDriver(name: string, database: ReadingDatabase): SnapshotDriver {
  try {
    // Whoever copies the log holds this up for a moment.
    runOnce(database, "PRAGMA busy_timeout = 5000");
    runOnce(database, `PRAGMA cache_size = -${cacheKilobytes}`);
    runOnce(database, "BEGIN");
    // The transaction begins with what it reads first.
    runOnce(database, "SELECT 1 FROM sqlite_schema");
    return new ReadingDriver(name, database);
  } catch (error) {
    closeQuietly(database);
    throw error;
  }
}

class ReadingDriver implements SnapshotDriver {
  readonly name: string;
  readonly maxValueBytes: number = maxValueBytes;
  readonly #database: ReadingDatabase;
  readonly #statements = new Map<string, ReadingStatement>();

  constructor(name: string, database: ReadingDatabase) {
    this.name = name;
    this.#database = database;
  }

  exec(sql: string, ...params: readonly SqlValue[]): readonly Row[] {
    return this.#prepared(sql).all(...params);
  }

  *rows(sql: string, ...params: readonly SqlValue[]): Generator<readonly SqlValue[]> {
    const statement = this.#prepared(sql);
    statement.setReturnArrays?.(true);
    for (const row of rowsOf(statement, params)) yield valuesOf(row);
  }

  page(sql: string, ...params: readonly SqlValue[]): readonly Row[] {
    const page: Row[] = [];
    let bytes = 0;
    for (const row of rowsOf(this.#prepared(sql), params)) {
      page.push(row);
      for (const value of Object.values(row)) {
        if (value instanceof Uint8Array) bytes += value.length;
      }
      if (bytes >= snapshotPageBytes) break;
    }
    return page;
  }

  close(): void {
    closeQuietly(this.#database);
  }

  #prepared(sql: string): ReadingStatement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function rowsOf(statement: ReadingStatement, params: readonly SqlValue[]): Iterable<Row> {
  return statement.iterate?.(...params) ?? statement.all(...params);
}

/** In the order of the columns, as objects have them too. */
function valuesOf(row: Row | readonly SqlValue[]): readonly SqlValue[] {
  return isList(row) ? row : Object.values(row);
}

function isList(row: Row | readonly SqlValue[]): row is readonly SqlValue[] {
  return Array.isArray(row);
}
