import type { Store as EngineStore } from "../../../src/engine/contract/store.ts";
import { engineStoreOf, type Store } from "../../../src/store/store-handle.ts";

/** What a store does wrong, until it is changed. */
export interface Faults {
  /** Thrown by every commit. */
  commit?: unknown;
  /** `durable` rejects with it. */
  durable?: unknown;
  /** Thrown by every read of timers. */
  read?: unknown;
}

/** A store that fails on demand, over one that works. */
export function refusingStore(store: Store, faults: Faults): Store {
  return {
    "~store": () => {
      const inner = engineStoreOf(store);
      const own: Partial<EngineStore> = {
        commit(window) {
          if (faults.commit !== undefined) throw faults.commit;
          inner.commit(window);
        },
        durable: () =>
          faults.durable === undefined ? inner.durable() : Promise.reject(faults.durable),
        nextDue() {
          if (faults.read !== undefined) throw faults.read;
          return inner.nextDue();
        },
        timerHeads(...asked) {
          if (faults.read !== undefined) throw faults.read;
          return inner.timerHeads(...asked);
        },
      };
      return new Proxy(inner, {
        get(target, name) {
          const value: unknown = Reflect.get(own, name) ?? Reflect.get(target, name);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    },
  };
}
