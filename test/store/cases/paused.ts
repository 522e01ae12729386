import type { PausedRecord } from "../../../src/engine/contract/actions.ts";
import { equal } from "../checks.ts";
import { added, address, cell, removed, timer, value } from "../records.ts";
import type { StoreCase, Subject } from "../subject.ts";

function paused(typename: string, id?: string, parts: Partial<PausedRecord> = {}): PausedRecord {
  return { typename, id, since: 5, who: "operator", why: undefined, ...parts };
}

const all = ({ store }: Subject) => store.paused().map(({ typename, id }) => `${typename} ${id}`);

/** What operators need of a store. */
export const pausedCases: readonly StoreCase[] = [
  {
    name: "remembers what is paused, functions and instances, until it is resumed",
    async run(subject) {
      const whole = paused("demo/fn", undefined, { why: "broken \0 ✓" });
      const empty = paused("demo/fn", "", { who: "" });
      const long = paused("demo/fn", "i".repeat(1_000));
      subject.commit({ paused: added(whole, empty, long, paused("demo/other", "a\0b")) });
      await subject.reopen();
      equal(all(subject).length, 4, "how many");
      for (const record of [whole, empty, long]) {
        const found = subject.store.paused().find(({ id, typename }) => {
          return typename === record.typename && id === record.id;
        });
        equal(found, record, "one of them");
      }
      subject.commit({ paused: removed({ typename: "demo/fn", id: undefined }) });
      equal(all(subject).length, 3, "without the function");
      subject.commit({
        paused: removed(...subject.store.paused().map(({ typename, id }) => ({ typename, id }))),
      });
      equal(all(subject), [], "none");
      await subject.reopen();
      equal(all(subject), [], "none after a restart");
    },
  },
  {
    name: "writes a pause over that of the same, and removes before it adds",
    run(subject) {
      subject.commit({ paused: added(paused("demo/fn", "a")) });
      const again = paused("demo/fn", "a", { since: 9, who: "other" });
      subject.commit({ paused: added(again) });
      equal(subject.store.paused(), [again], "the later one");
      subject.commit({
        paused: { added: [again], removed: [{ typename: "demo/fn", id: "a" }] },
      });
      equal(subject.store.paused(), [again], "what was removed and added");
      subject.commit({ paused: removed({ typename: "demo/fn", id: "b" }) });
      equal(subject.store.paused(), [again], "after a removal of nothing");
    },
  },
  {
    name: "finds a timer by its number, and a state by its name without its value",
    run(subject) {
      const cells = [cell(1, { name: "one" }), cell(2, { name: "two", expiresAt: 1e6 })];
      const long = cell(3, { name: "one", address: address("i".repeat(600)) });
      subject.commit({ timers: added(timer(7), timer(8)), cells: [...cells, long] });
      const { store } = subject;
      equal(store.timerAt(8), timer(8), "a timer");
      equal(store.timerAt(9), undefined, "no timer");
      equal(store.cellOf(address("a"), "one"), 1, "a state");
      equal(store.cellOf(address("a"), "two"), 2, "a state that expires");
      equal(store.cellOf(address("i".repeat(600)), "one"), 3, "of a long id");
      equal(store.cellOf(address("a"), "three"), undefined, "no state");
      equal(store.cellOf(address("b"), "one"), undefined, "no instance");
    },
  },
  {
    name: "replaces a state by another one of its name in one window",
    run(subject) {
      subject.commit({ cells: [cell(1, { name: "one" })] });
      const gone = cell(1, { name: "one", value: undefined });
      const fresh = cell(2, { name: "one", value: value("new") });
      subject.commit({ cells: [gone, fresh] });
      equal(subject.store.cellOf(address("a"), "one"), 2, "its number");
      equal([...subject.store.load(address("a")).keys()], ["one"], "its name");
    },
  },
];
