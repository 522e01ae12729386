import type { Store as EngineStore } from "../engine/contract/store.ts";
import { invalid, isRecord } from "../internal/assert.ts";
import { show } from "../internal/show.ts";

/**
 * Where a runtime keeps its state, messages and timers: made by `memoryStore()` or `sqliteStore(path)`, and
 * opened by one runtime at a time.
 */
export interface Store {
  /**
   * A function that makes a store for one engine, not yet open: a new one at every call, over the same data. So a
   * handle can be opened again after a close.
   */
  readonly "~store": unknown;
}

export function createHandle(create: () => EngineStore): Store {
  return { "~store": create };
}

/** The store for one engine, not yet open. */
export function engineStoreOf(handle: unknown): EngineStore {
  const create = isRecord(handle) ? handle["~store"] : undefined;
  if (typeof create !== "function") {
    throw invalid(`store must be made by memoryStore or sqliteStore, got ${show(handle)}`);
  }
  // Only createHandle puts a function there, which gives what it says.
  return create() as EngineStore;
}
