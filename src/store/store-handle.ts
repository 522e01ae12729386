import type { Store as EngineStore } from "../engine/contract/store.ts";
import { invalid, isRecord } from "../internal/assert.ts";
import { show } from "../internal/show.ts";

/**
 * Where a runtime keeps its state, messages and timers: made by `memoryStore()` or `sqliteStore(path)`, and
 * opened by one runtime at a time.
 */
export interface Store {
  /**
   * A function that gives an engine's store which is not open yet: a new one at every call, over what the
   * handle stands for. So a handle can be opened again after a close.
   */
  readonly "~store": unknown;
}

export function createHandle(create: () => EngineStore): Store {
  return { "~store": create };
}

/** The store for one engine, still to be opened. */
export function engineStoreOf(handle: unknown): EngineStore {
  const create = isRecord(handle) ? handle["~store"] : undefined;
  if (typeof create !== "function") {
    throw invalid(`store must be made by memoryStore or sqliteStore, got ${show(handle)}`);
  }
  // Only createHandle puts a function there, which gives what it says.
  return create() as EngineStore;
}
