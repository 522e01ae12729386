import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { string } from "statefun";
import type {
  Change,
  CommitWindow,
  Store as EngineStore,
} from "../../../src/engine/contract/store.ts";
import type { WireValue } from "../../../src/model/invocation.ts";
import { engineStoreOf, type Store } from "../../../src/store/store-handle.ts";
import { emptyWindow } from "../../store/records.ts";

/** A value that test functions and receivers can read. */
export function text(value: string) {
  return { typename: string.typename, bytes: string.encode(value), headers: [] };
}

/** Fills a new store by windows, with what `part` makes for the numbers of each; it looks cleanly closed afterwards. */
export async function fill(
  handle: Store,
  count: number,
  part: (numbers: readonly number[]) => Partial<CommitWindow>,
): Promise<void> {
  const store = engineStoreOf(handle);
  await store.open();
  let sequence = 0;
  for (let first = 1; first <= count; first += 10_000) {
    const numbers = Array.from(
      { length: Math.min(10_000, count + 1 - first) },
      (_, at) => first + at,
    );
    store.commit({
      ...emptyWindow(++sequence),
      lastNumber: numbers.at(-1) ?? 0,
      isClean: true,
      identity: "test",
      ...part(numbers),
    });
  }
  store.close();
}

/** A store with parts of it replaced. */
export function overlaid(
  handle: Store,
  overlay: (inner: EngineStore) => Partial<EngineStore>,
): Store {
  return {
    "~store": () => {
      const inner = engineStoreOf(handle);
      const own = overlay(inner);
      return new Proxy(inner, {
        get(target, name) {
          const value: unknown = Reflect.get(own, name) ?? Reflect.get(target, name);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    },
  };
}

/** What the windows of a store were like. */
export interface Seen {
  windows: number;
  /** Records that one window added and removed at most, counting one that moved once. */
  most: number;
  /** Timers that one window took away at most. */
  mostFired: number;
  /** Windows in one turn of the event loop at most. */
  mostInTurn: number;
  /** Bytes of values that one window added at most. */
  mostBytes: number;
  /** Of the heap, when a window was committed, after a collection. */
  peak: number;
}

export function watched(handle: Store): { readonly store: Store; readonly seen: Seen } {
  const seen: Seen = { windows: 0, most: 0, mostFired: 0, mostInTurn: 0, mostBytes: 0, peak: 0 };
  let inTurn = 0;
  const store = overlaid(handle, (inner) => ({
    commit(window) {
      const { messages, egress, dead, timers } = window;
      const changes: readonly Change<{ readonly argument: WireValue }>[] = [
        ...[messages, egress, dead, timers],
      ];
      const added = changes.flatMap((change) => change.added);
      const removed = changes.reduce((sum, change) => sum + change.removed.length, 0);
      seen.windows++;
      if (inTurn++ === 0) setImmediate(() => (inTurn = 0));
      seen.mostInTurn = Math.max(seen.mostInTurn, inTurn);
      seen.mostFired = Math.max(seen.mostFired, timers.removed.length);
      seen.most = Math.max(seen.most, added.length, removed);
      const bytes = added.reduce((sum, { argument }) => sum + (argument.bytes?.length ?? 0), 0);
      seen.mostBytes = Math.max(seen.mostBytes, bytes);
      if (seen.windows % 20 === 0 || added.length > 1_000)
        seen.peak = Math.max(seen.peak, heapUsed());
      inner.commit(window);
    },
  }));
  return { store, seen };
}

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** What is reachable. */
export function heapUsed(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
