export { serve } from "./adapters/bun.ts";
export type { ServeOptions, Server } from "./adapters/server.ts";
export {
  /** @deprecated Import it from `statefun/sqlite`. */
  type SqliteStoreOptions,
  /** @deprecated Import it from `statefun/sqlite`. */
  sqliteStore,
} from "./store/file/sqlite-store.ts";
