export { type SqliteStoreOptions, sqliteStore } from "./store/file/sqlite-store.ts";
export type { Store } from "./store/store-handle.ts";
