import type { LinkWindow, Store as EngineStore } from "../../../src/engine/contract/store.ts";
import { engineStoreOf, type Store } from "../../../src/store/store-handle.ts";
import { overridden } from "../../../src/testing/crash-points.ts";

/** Where a process dies: around the commit with this number, counted from the first one of a life. */
export interface Death {
  readonly commit: number;
  readonly isAfter: boolean;
}

/** A store whose engine ends at a commit, for good: what was committed stays. */
export function dyingStore(store: Store, death: Death): Store {
  return {
    "~store": (): EngineStore => {
      const inner = engineStoreOf(store);
      let commits = 0;
      return overridden<EngineStore, EngineStore>(inner, {
        commit(window: LinkWindow) {
          commits++;
          if (commits === death.commit && !death.isAfter) throw dead();
          inner.commit(window);
          if (commits === death.commit) throw dead();
        },
      });
    },
  };
}

/** A store that cannot be written now and then: each of these commits fails once before it succeeds. */
export function failingStore(store: Store, fails: (commit: number) => boolean): Store {
  return {
    "~store": (): EngineStore => {
      const inner = engineStoreOf(store);
      let commits = 0;
      return overridden<EngineStore, EngineStore>(inner, {
        commit(window: LinkWindow) {
          if (fails(++commits)) throw new Error("the disk is full");
          inner.commit(window);
        },
      });
    },
  };
}

function dead(): Error {
  return Object.assign(new Error("the process has died"), { isFinal: true });
}
