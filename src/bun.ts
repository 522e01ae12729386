export { serve } from "./adapters/bun.ts";
export type { ServeOptions, Server } from "./adapters/server.ts";
export { type SqliteStoreOptions, sqliteStore } from "./store/file/sqlite-store.ts";
export type { BetterSqlite3Like } from "./store/sqlite/better-sqlite3-driver.ts";
export type { Store } from "./store/store-handle.ts";
