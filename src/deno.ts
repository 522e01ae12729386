export { serve } from "./adapters/deno.ts";
export type { ServeOptions, Server } from "./adapters/server.ts";
export {
  /** @deprecated Import it from `statefun/sqlite`. */
  type SqliteStoreOptions,
  /** @deprecated Import it from `statefun/sqlite`. */
  sqliteStore,
} from "./store/file/sqlite-store.ts";
