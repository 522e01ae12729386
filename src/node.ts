export { serve } from "./adapters/node.ts";
export type { ServeOptions, Server } from "./adapters/server.ts";
export type { BetterSqlite3Like } from "./store/better-sqlite3-driver.ts";
export { type SqliteStoreOptions, sqliteStore } from "./store/sqlite-store.ts";
export type { Store } from "./store/store-handle.ts";
