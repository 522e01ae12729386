/// <reference types="node" />

import type { SqlDriver } from "../drivers/sql-driver.ts";
import { storeFailed } from "../store-errors.ts";
import { type Durability, openSqlite } from "./open-sqlite.ts";
import type { Platform } from "./platform.ts";
import { makeFile } from "./private-file.ts";
import type { ReadingDatabase } from "./snapshot-driver.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";

/**
 * Over the SQLite that Node from 22.13 on, Deno and Bun have built in. Loaded when a store opens: where it is missing,
 * everything else works.
 */
export async function openNodeSqlite(path: string, durability: Durability): Promise<SqlDriver> {
  const { DatabaseSync } = await import("node:sqlite").catch((error: unknown) => {
    const advice =
      "this runtime has no node:sqlite: use Node 22.13, Deno 2.2 or Bun 1.4 or later, or memoryStore()";
    throw storeFailed(`the store ${path}`, advice, error);
  });
  // Rows and parameters are typed wider there: integers may be bigints, which is an option that is not set.
  const openBeside = (file: string) => new DatabaseSync(file) as unknown as SqliteDatabase;
  const open = (platform: Platform): SqliteDatabase => {
    makeFile(platform, path);
    return openBeside(path);
  };
  const openReader = (file: string) =>
    new DatabaseSync(file, { readOnly: true }) as unknown as ReadingDatabase;
  return openSqlite(path, durability, { open, openBeside, openReader });
}
