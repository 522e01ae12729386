import { assertKnownKeys, assertNonEmpty, invalid } from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";
import {
  type BetterSqlite3Like,
  isBetterSqlite3,
  openBetterSqlite3,
} from "../sqlite/better-sqlite3-driver.ts";
import { openNodeSqlite } from "../sqlite/node-sqlite-driver.ts";
import { createHandle, type Store } from "../store-handle.ts";
import { createSqlStore } from "./sql-store.ts";

export interface SqliteStoreOptions {
  /**
   * What a receipt means. "full": the work survives a power failure. "normal": it survives the end of the process,
   * but a power failure may take the last of it; several times the throughput of small windows.
   *
   * @default "full"
   */
  readonly durability?: "full" | "normal";
  /**
   * A database of better-sqlite3, for Node 20, which has no SQLite of its own. The store closes it, also
   * when opening fails, so it serves for one opening. `path` is then only its name in messages.
   */
  readonly database?: BetterSqlite3Like;
}

/**
 * A store in a SQLite file, made if it is missing; its directory is not. By the SQLite that is built into Node from
 * 22.13 on, Deno and Bun. One process at a time may have it open: another one rejects with `store_locked`. While it
 * is open it has companions that belong to it: `<path>-wal`, `<path>-shm` and `<path>-lock`. All are made for their
 * owner alone (mode 600); a database that exists keeps its mode.
 */
export function sqliteStore(path: string, options: SqliteStoreOptions = {}): Store {
  assertNonEmpty(path, "the path of a store");
  assertKnownKeys(options, ["durability", "database"], "options of sqliteStore");
  const { durability = "full", database } = options;
  if (durability !== "full" && durability !== "normal") {
    throw invalid(`durability must be "full" or "normal", got ${show(durability)}`);
  }
  if (database !== undefined) {
    if (!isBetterSqlite3(database)) {
      throw invalid(`database must be one of better-sqlite3, got ${show(database)}`);
    }
    return createHandle(() => createSqlStore(() => openBetterSqlite3(path, durability, database)));
  }
  if (path === ":memory:")
    throw invalid("a store needs a file, or use memoryStore(), got :memory:");
  return createHandle(() => createSqlStore(() => openNodeSqlite(path, durability)));
}
