import type { LinkWindow, Store } from "../engine/contract/store.ts";
import { StateFunError } from "../internal/errors.ts";

/** Decides about a crash at a boundary, and lets it happen: after it has returned true nothing has an effect. */
export type CrashPoint = (where: string) => boolean;

/**
 * A store whose process may die around each commit and each wait for the disk. What was committed stays, as on
 * a disk; the rest is lost, as it is with a process.
 */
export function withCrashPoints<S extends Store>(store: S, crashes: CrashPoint): S {
  const die = (where: string): void => {
    if (crashes(where)) throw new StateFunError("unavailable", `crashed ${where}`);
  };
  return overridden<Store, S>(store, {
    commit: (window: LinkWindow) => {
      die("before a commit");
      store.commit(window);
      die("after a commit");
    },
    durable: async (waiting?: number) => {
      await store.durable(waiting);
      die("before a release");
    },
  });
}

/** A store with methods of its own. The others run on the store itself, which has private fields. */
export function overridden<B extends Store, S extends B>(store: S, own: Partial<B>): S {
  return new Proxy(store, {
    get(inner, name) {
      const method: unknown = Reflect.get(own, name) ?? Reflect.get(inner, name);
      return typeof method === "function" ? method.bind(inner) : method;
    },
  });
}
