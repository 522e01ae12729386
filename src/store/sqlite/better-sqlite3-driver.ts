import { isRecord } from "../../internal/assert.ts";
import type { Row, SqlDriver, SqlValue } from "../drivers/sql-driver.ts";
import { type Durability, openSqlite } from "./open-sqlite.ts";
import type { SqliteDatabase, SqliteStatement } from "./sqlite-database.ts";

/** What the store needs of better-sqlite3 (12.x on Node 20), for where node:sqlite is missing. */
export interface BetterSqlite3Like {
  prepare(sql: string): unknown;
  exec(sql: string): unknown;
  close(): unknown;
}

/** What `prepare` gives. */
interface BetterStatement extends SqliteStatement {
  /** Whether it gives rows: `all` throws where it does not. */
  readonly reader: boolean;
  run(...params: readonly SqlValue[]): unknown;
}

export function isBetterSqlite3(value: unknown): value is BetterSqlite3Like {
  return isRecord(value) && ["prepare", "exec", "close"].every((name) => isMethod(value[name]));
}

/** Over a database that was passed in, which belongs to the store from now on. */
export function openBetterSqlite3(
  path: string,
  durability: Durability,
  database: BetterSqlite3Like,
): Promise<SqlDriver> {
  return openSqlite(path, durability, {
    open: () => databaseOf(database),
    openBeside(file) {
      // The class of the database is all that there is of its package.
      const beside: unknown = Reflect.construct(database.constructor, [file]);
      return isBetterSqlite3(beside) ? databaseOf(beside) : undefined;
    },
  });
}

function databaseOf(database: BetterSqlite3Like): SqliteDatabase {
  return {
    prepare: (sql) => statementOf(database.prepare(sql) as BetterStatement),
    close: () => database.close(),
  };
}

function statementOf(statement: BetterStatement): SqliteStatement {
  if (statement.reader === false) {
    return {
      all: (...params) => {
        statement.run(...params);
        return [];
      },
    };
  }
  return { all: (...params) => statement.all(...params).map(plainRow) };
}

/** BLOBs come as Buffers, whose `slice` is a view. */
function plainRow(row: Row): Row {
  const plain: Record<string, SqlValue> = {};
  for (const [column, value] of Object.entries(row)) {
    plain[column] = value instanceof Uint8Array ? new Uint8Array(value) : value;
  }
  return plain;
}

function isMethod(value: unknown): boolean {
  return typeof value === "function";
}
