import { assertKnownKeys, assertNonEmpty, invalid } from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";
import { openNodeSqlite } from "../sqlite/node-sqlite-driver.ts";
import { createHandle, type Store } from "../store-handle.ts";
import { createSqlStore } from "./sql-store.ts";

export interface SqliteStoreOptions {
  /**
   * What an acknowledgement promises. "full": the work survives a power failure. "normal": it survives the end of
   * the process, but a power failure may lose the last moments; small windows are several times as fast.
   *
   * @default "full"
   */
  readonly durability?: "full" | "normal";
}

/**
 * A store in a SQLite file. A missing file is created; its directory must exist. It uses the SQLite that is built
 * into Node from 22.13 on, Deno and Bun. Only one process at a time can have it open: another process rejects with
 * `store_locked`. While it is open it has companion files that belong to it: `<path>-wal`, `<path>-shm` and
 * `<path>-lock`. All are created for their owner alone (mode 600); an existing database keeps its mode.
 *
 * @example
 * ```ts
 * import { StatefulFunctions } from "statefun";
 * import { createRuntime } from "statefun/runtime";
 * import { sqliteStore } from "statefun/sqlite";
 *
 * const functions = new StatefulFunctions();
 * // Beside the file are `app.db-wal` and `app.db-shm`: back it up by `runtime.backup(path)`.
 * const runtime = await createRuntime({ modules: [functions], store: sqliteStore("app.db") });
 * await runtime.close();
 * ```
 */
export function sqliteStore(path: string, options: SqliteStoreOptions = {}): Store {
  assertNonEmpty(path, "the path of a store");
  assertKnownKeys(options, ["durability"], "options of sqliteStore");
  const { durability = "full" } = options;
  if (durability !== "full" && durability !== "normal") {
    throw invalid(`durability must be "full" or "normal", got ${show(durability)}`);
  }
  if (path === ":memory:")
    throw invalid(
      "path must name a file, got :memory: (use memoryStore() to keep state in memory)",
    );
  return createHandle(() => createSqlStore(() => openNodeSqlite(path, durability)));
}
