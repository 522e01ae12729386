import type { Store as EngineStore } from "../../../src/engine/contract/store.ts";
import { engineStoreOf, type Store } from "../../../src/store/store-handle.ts";

/** A store that counts what is committed to it. */
export function countingStore(store: Store): { readonly store: Store; commits: number } {
  const counted = {
    commits: 0,
    store: {
      "~store": (): EngineStore => {
        const inner = engineStoreOf(store);
        return new Proxy(inner, {
          get(target, name) {
            if (name === "commit") counted.commits++;
            const value: unknown = Reflect.get(target, name);
            return typeof value === "function" ? value.bind(target) : value;
          },
        });
      },
    },
  };
  return counted;
}
