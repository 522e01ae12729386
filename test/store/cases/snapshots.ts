import type { StoredInstance, StoreSnapshot } from "../../../src/engine/contract/snapshot.ts";
import type { Store } from "../../../src/engine/contract/store.ts";
import type { WireAddress } from "../../../src/model/invocation.ts";
import { equal, thrown } from "../checks.ts";
import {
  accepted,
  added,
  address,
  cell,
  dead,
  message,
  record,
  removed,
  timer,
  value,
} from "../records.ts";
import type { StoreCase, Subject } from "../subject.ts";
import { hostileIds } from "./addresses.ts";

async function snapshotOf(store: Store, known?: readonly WireAddress[]): Promise<StoreSnapshot> {
  const snapshot = await store.snapshot?.(known);
  if (snapshot === undefined) throw new Error("this store has no snapshots");
  return snapshot;
}

/** All pages of a list, each of at most `limit`. */
function all<T, K>(read: (after: K) => readonly T[], keyOf: (item: T) => K, start: K): T[] {
  const items: T[] = [];
  for (let after = start; ; ) {
    const page = read(after);
    const last = page.at(-1);
    if (last === undefined) return items;
    items.push(...page);
    after = keyOf(last);
  }
}

/** Everything that a snapshot gives, in pages of `limit`, as it comes. */
export function contentsOf(snapshot: StoreSnapshot, limit: number): Record<string, unknown> {
  const numbered = <T extends { readonly number: number }>(
    read: (after: number, limit: number) => readonly T[],
  ): T[] =>
    all(
      (after) => read.call(snapshot, after, limit),
      ({ number }: T) => number,
      -1,
    );
  const start: WireAddress | undefined = undefined;
  return {
    time: snapshot.time,
    lastNumber: snapshot.lastNumber,
    instances: all<StoredInstance, WireAddress | undefined>(
      (after) => snapshot.instances(after, limit),
      (instance) => instance.address,
      start,
    ),
    messages: numbered(snapshot.messages),
    timers: numbered(snapshot.timers),
    records: numbered(snapshot.records),
    dead: numbered(snapshot.dead),
    accepted: numbered(snapshot.accepted),
    positions: all<{ readonly source: string }, string | undefined>(
      (after) => snapshot.positions(after, limit),
      ({ source }) => source,
      undefined,
    ),
    paused: [...snapshot.paused()].sort((left, right) =>
      `${left.typename} ${left.id}` < `${right.typename} ${right.id}` ? -1 : 1,
    ),
  };
}

const idsOf = (instances: readonly StoredInstance[]): string[] =>
  instances.map((instance) => `${instance.address.typename} ${instance.address.id}`);

function fill(subject: Subject): void {
  subject.commit({
    time: 20,
    lastNumber: 30,
    cells: [cell(1, { name: "one" }), cell(2, { name: "two", expiresAt: 15 })],
    messages: added(message(3), message(5, { attempts: 1, crashes: 2, caller: undefined })),
    timers: added(timer(4, { dueAt: 99 }), timer(6, { dueAt: 7, token: "t", owner: "o" })),
    egress: added(
      ...[record(8, { expiresAt: 1_000 }), record(9), record(10, { expiresAt: 1_000 })],
      ...[record(11, { egress: "a/b" }), record(12, { egress: "a/b", expiresAt: 5_000 })],
    ),
    dead: added(dead(13), dead(14, { egress: "demo/gone" })),
    accepted: [
      accepted("key", 16),
      accepted("", 15, { call: "c", outcome: { kind: "reply", value: value("r") } }),
      accepted("k", 17, { call: "d", outcome: { kind: "error", code: "timed_out", reason: "" } }),
    ],
    positions: [
      { source: "\uffff", position: "1" },
      { source: "\u{1f375}", position: "2" },
      { source: "", position: "" },
    ],
    paused: added({ typename: "demo/fn", id: "", since: 3, who: "w", why: undefined }),
  });
}

/** `snapshot` of the contract. */
export const snapshotCases: readonly StoreCase[] = [
  {
    name: "gives all that is stored, in its order, in pages of any size",
    async run(subject) {
      fill(subject);
      const snapshot = await snapshotOf(subject.store);
      const whole = contentsOf(snapshot, 1_000);
      equal(whole["time"], 20, "its time");
      equal(whole["lastNumber"], 30, "its last number");
      const [instance] = snapshot.instances(undefined, 10);
      equal(instance?.address, address("a"), "the instance");
      equal(instance?.states, subject.store.load(address("a")), "its states");
      equal(
        snapshot.messages(3, 9),
        [message(5, { attempts: 1, crashes: 2, caller: undefined })],
        "a message",
      );
      const numbers = (list: unknown): number[] =>
        (list as readonly { number: number }[]).map(({ number }) => number);
      equal(numbers(whole["messages"]), [3, 5], "messages");
      equal(numbers(whole["timers"]), [4, 6], "timers");
      equal(numbers(whole["records"]), [8, 9, 10, 11, 12], "records");
      equal(numbers(whole["dead"]), [13, 14], "dead letters");
      equal(numbers(whole["accepted"]), [15, 16, 17], "keys");
      const sources = snapshot.positions(undefined, 9).map(({ source }) => source);
      equal(sources, ["", "\uffff", "\u{1f375}"], "positions");
      equal(snapshot.paused(), subject.store.paused(), "pauses");
      for (const limit of [1, 2, 3]) equal(contentsOf(snapshot, limit), whole, `by ${limit}`);
      snapshot.close();
      snapshot.close();
    },
  },
  {
    name: "does not see what is committed after it was taken",
    async run(subject) {
      fill(subject);
      const snapshot = await snapshotOf(subject.store);
      const [first] = snapshot.instances(undefined, 1);
      const other = await snapshotOf(subject.store);
      const before = contentsOf(other, 2);
      subject.commit({
        time: 21,
        lastNumber: 50,
        cells: [
          ...[
            cell(1, { name: "one", value: value("new") }),
            cell(2, { value: undefined, name: "two" }),
          ],
          cell(3, { name: "three" }),
          cell(4, { address: address("0") }),
        ],
        renewed: [{ cell: 2, expiresAt: 77 }],
        attempts: [{ number: 3, attempts: 7, crashes: 7 }],
        messages: { added: [message(40)], removed: [5] },
        timers: { added: [timer(41)], removed: [4] },
        egress: { added: [record(42)], removed: [9] },
        dead: { added: [dead(43)], removed: [13] },
        accepted: [accepted("key", 44)],
        positions: [{ source: "", position: "x" }],
        paused: removed({ typename: "demo/fn", id: "" }),
      });
      equal(contentsOf(other, 3), before, "the same");
      equal(contentsOf(snapshot, 2), before, "and one that was read from already");
      equal(first?.address, address("a"), "the first one");
      const later = await snapshotOf(subject.store);
      equal(later.time, 21, "a later one");
      equal(later.instances(undefined, 9).length, 2, "with what is new");
      for (const one of [snapshot, other, later]) one.close();
    },
  },
  {
    name: "has states as they were, while these are renewed, changed and expire",
    async run(subject) {
      const { store } = subject;
      const soon = { expiresAt: 50 };
      const cells = [cell(1, { name: "one", ...soon }), cell(2, { name: "two", ...soon })];
      subject.commit({ time: 10, cells: [...cells, cell(3, { name: "three" })], lastCell: 3 });
      const snapshot = await snapshotOf(store);
      const before = contentsOf(snapshot, 2);
      const changed = cell(2, { name: "two", value: value("new"), expiresAt: 20 });
      subject.commit({ time: 11, renewed: [{ cell: 1, expiresAt: 9e12 }], cells: [changed] });
      subject.commit({ time: 12, cells: [cell(3, { name: "three", value: value("newer") })] });
      equal(contentsOf(snapshot, 2), before, "the same");
      // Far enough behind the others, so that it may sweep.
      subject.commit({ time: 1e9, sweepTime: 1e9 });
      equal(contentsOf(snapshot, 2), before, "the same after a sweep");
      snapshot.close();
      const left = store.load(address("a"));
      equal([...left.keys()].sort(), ["one", "three"], "what has not expired");
      equal(left.get("one")?.expiresAt, 9e12, "a renewed one");
      equal(left.get("three")?.value, value("newer"), "a changed one");
    },
  },
  {
    name: "is of nothing in a new store",
    async run(subject) {
      const snapshot = await snapshotOf(subject.store);
      const { time, lastNumber, ...lists } = contentsOf(snapshot, 5);
      equal([time, lastNumber], [0, 0], "its head");
      for (const list of Object.values(lists)) equal(list, [], "a list");
      snapshot.close();
    },
  },
  {
    name: "lists instances in the order of the UTF-8 of their functions and ids, whatever these are",
    async run(subject) {
      const functions = ["demo/fn", "demo/\uffff", "demo/\u{1f375}"];
      const addresses = functions.flatMap((typename) =>
        hostileIds.map((id) => address(id, typename)),
      );
      let number = 0;
      for (let from = 0; from < addresses.length; from += 50) {
        const cells = addresses
          .slice(from, from + 50)
          .flatMap((one) => [
            ...[
              cell(++number, { address: one, name: "b" }),
              cell(++number, { address: one, name: "a" }),
            ],
          ]);
        subject.commit({ cells, lastCell: number });
      }
      const order = (one: WireAddress): string =>
        [one.typename, one.id].map((text) => hexOf(text)).join(" ");
      // `toSorted` is not in Node 18, where the memory is tested too.
      const sorted = [...addresses].sort((one, other) => (order(one) < order(other) ? -1 : 1));
      const expected = sorted.map(({ typename, id }) => `${typename} ${id}`);
      const snapshot = await snapshotOf(subject.store, addresses);
      for (const limit of [1, 7, 1_000]) {
        const found = contentsOf(snapshot, limit)["instances"] as StoredInstance[];
        equal(idsOf(found), expected, `by ${limit}`);
        equal(
          found.every(({ states }) => states.size === 2),
          true,
          "with their states",
        );
      }
      // From anywhere, not only on behind the last page.
      const after = sorted[10];
      equal(idsOf(snapshot.instances(after, 2)), expected.slice(11, 13), "from the middle");
      equal(
        idsOf(snapshot.instances(undefined, 2)),
        expected.slice(0, 2),
        "from the beginning again",
      );
      snapshot.close();
    },
  },
  {
    name: "gives large values in short pages",
    async run(subject) {
      const large = value(new Uint8Array(700_000));
      const numbers = [1, 2, 3, 4, 5];
      subject.commit({
        cells: numbers.map((n) => cell(n, { address: address(`${n}`), value: large })),
        messages: added(...numbers.map((n) => message(n, { argument: large }))),
        lastNumber: 5,
      });
      const snapshot = await snapshotOf(subject.store);
      equal(snapshot.instances(undefined, 100).length, 2, "instances at once");
      // Pages that are cut may be shorter where values are in pieces, and longer there by what is short in its row.
      equal(snapshot.messages(-1, 100).length > 0, true, "messages at once");
      const { instances, messages } = contentsOf(snapshot, 100);
      equal(
        [instances, messages].map((list) => (list as unknown[]).length),
        [5, 5],
        "all",
      );
      snapshot.close();
    },
  },
  {
    name: "cannot be read when it is closed, or the store is closed",
    async run(subject) {
      fill(subject);
      subject.store.close();
      const store = subject.store;
      await thrown("store_failed", () => store.snapshot?.());
      await subject.reopen();
    },
  },
];

const encoder = new TextEncoder();

function hexOf(text: string): string {
  return Array.from(encoder.encode(text), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
