import type { Store } from "statefun/runtime";

/** What is asked of a store here: a handle is opaque to users, and a benchmark may look behind it. */
interface Inner {
  open(): Promise<unknown>;
  commit(window: unknown): void;
  close(): void;
}

const windowSize = 10_000;
/** One of so many is of the function that is looked for: a page of it at the smallest size. */
const seldom = 100;

export const common = "bench/common";
export const rare = "bench/rare";
/** Nothing is bound for it: its messages wait. */
export const gone = "bench/gone";

export const idOf = (index: number): string => String(index).padStart(7, "0");

/** Fills a new store with so many instances with a state, timers, dead letters and messages that wait. */
export async function fillStore(handle: Store, size: number): Promise<void> {
  const store = (handle["~store"] as () => Inner)();
  await store.open();
  const argument = { typename: "io.statefun.types/int", bytes: Uint8Array.of(8, 1), headers: [] };
  let number = 0;
  let sequence = 0;
  for (let first = 0; first < size; first += windowSize) {
    const count = Math.min(windowSize, size - first);
    const each = <T>(make: (index: number) => T): T[] =>
      Array.from({ length: count }, (_, at) => make(first + at));
    // In no order: what is made one after another is not next to each other.
    const scattered = (index: number): string => idOf((index * 7_919) % size);
    const message = (index: number, typename: string) => ({
      ...{ number: ++number, target: { typename, id: scattered(index) } },
      ...{ caller: undefined, argument },
    });
    const owner = (index: number): string => (index % seldom === 0 ? rare : common);
    const timers = each((index) => ({
      ...message(index, owner(index)),
      ...{ dueAt: 9e15, owner: `${owner(index)}/${scattered(index)}`, token: "t" },
    }));
    const dead = each((index) => ({
      ...message(index, owner(index)),
      ...{ code: "failed", reason: "no", attempts: 1, failedAt: 1e12, egress: undefined },
    }));
    const messages = each((index) => ({ ...message(index, gone), attempts: 0, crashes: 0 }));
    const cells = each((index) => ({
      ...{ cell: index + 1, address: { typename: common, id: scattered(index) } },
      ...{ name: "count", value: argument, expiresAt: undefined },
    }));
    const none = { added: [], removed: [] };
    store.commit({
      ...{ sequence: ++sequence, opener: "bench", openedAt: 1, time: 1, lastNumber: number },
      ...{ lastCell: first + count, identity: "bench", isClean: true, cells, renewed: [] },
      ...{ messages: { added: messages, removed: [] }, attempts: [] },
      ...{ timers: { added: timers, removed: [] }, dead: { added: dead, removed: [] } },
      ...{ egress: none, paused: none, accepted: [], positions: [], keep: [] },
      ...{ outbox: none, linksOut: none, linksIn: none },
    });
  }
  store.close();
}
