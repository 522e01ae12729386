import { equal } from "../checks.ts";
import { accepted, added, address, cell, record, value } from "../records.ts";
import type { StoreCase, Subject } from "../subject.ts";

const keyOf = ({ store }: Subject, key = "key") => store.accepted(address("a"), key);
const reply = { kind: "reply", value: value("x".repeat(300)) } as const;

/** What else than states expires. Windows are far enough apart, so that each may sweep. */
export const expiryCases: readonly StoreCase[] = [
  {
    name: "sweeps by what the window has written: a key that is used again in it stays",
    async run(subject) {
      subject.commit({ accepted: [accepted("key", 1, { call: "c", expiresAt: 100 })] });
      await subject.reopen();
      const again = accepted("key", 2, { call: "d", expiresAt: 300_000 });
      subject.commit({ time: 100_000, accepted: [again] });
      subject.commit({ time: 200_000 });
      equal(keyOf(subject), again, "the key");
      equal(subject.store.acceptedCall("c"), undefined, "the call before");
      subject.commit({ time: 300_000 });
      subject.commit({ time: 400_000 });
      equal([keyOf(subject), subject.store.acceptedCall("d")], [undefined, undefined], "later");
    },
  },
  {
    name: "sweeps at the very time, and not a millisecond before",
    run(subject) {
      const [now, later] = [100_000, 100_001];
      subject.commit({
        cells: [cell(1, { expiresAt: now }), cell(2, { expiresAt: later })],
        accepted: [
          accepted("key", 1, { expiresAt: now }),
          accepted("other", 2, { expiresAt: later }),
        ],
        egress: added(record(3, { expiresAt: now }), record(4, { expiresAt: later })),
      });
      subject.commit({ time: now });
      const { store } = subject;
      equal([...store.load(address("a")).keys()], ["state2"], "the states");
      equal([keyOf(subject), keyOf(subject, "other")?.number], [undefined, 2], "the keys");
      const kept = store.kept("demo/out", 0, 9, 0).map(({ number }) => number);
      equal(kept, [4], "the kept records");
    },
  },
  {
    name: "keeps a key until its very time",
    run(subject) {
      subject.commit({ accepted: [accepted("key", 1, { expiresAt: 100_000 })] });
      subject.commit({ time: 99_999 });
      equal(keyOf(subject)?.number, 1, "a millisecond before");
      subject.commit({ time: 200_000 });
      equal(keyOf(subject), undefined, "after it");
    },
  },
  {
    name: "stores a swept key whole when its call ends after all",
    async run(subject) {
      const waiting = accepted("key", 1, { call: "c", expiresAt: 100 });
      subject.commit({ accepted: [waiting] });
      subject.commit({ time: 100_000 });
      subject.commit({ time: 200_000 });
      equal(keyOf(subject), undefined, "swept");
      const ended = { ...waiting, expiresAt: 1e9, outcome: reply };
      subject.commit({ accepted: [ended] });
      await subject.reopen();
      equal(keyOf(subject), ended, "by its key");
      equal(subject.store.acceptedCall("c"), ended, "by its call");
    },
  },
  {
    name: "gives the call and the number of a swept key to others",
    run(subject) {
      subject.commit({
        accepted: [accepted("key", 1, { call: "c", expiresAt: 100, outcome: reply })],
      });
      subject.commit({ time: 100_000 });
      subject.commit({ time: 200_000 });
      const other = accepted("other", 1, { call: "c" });
      subject.commit({ accepted: [other] });
      equal(keyOf(subject, "other"), other, "the other key");
      equal(subject.store.acceptedCall("c"), other, "its call");
    },
  },
  {
    name: "counts what it keeps after its removals and sweeps",
    run(subject) {
      const kept = (number: number, expiresAt: number) => record(number, { expiresAt });
      const keep = [{ egress: "demo/out", maxRecords: 3 }];
      subject.commit({ egress: added(kept(1, 1e9), kept(2, 100), kept(3, 1e9)), keep });
      subject.commit({
        time: 100_000,
        egress: { added: [kept(4, 1e9), kept(5, 1e9)], removed: [3] },
        keep,
      });
      const left = subject.store.kept("demo/out", 0, 9, 100_000).map(({ number }) => number);
      equal(left, [1, 4, 5], "of five, one removed and one swept");
    },
  },
  {
    name: "trims a bounded portion of too many kept records in a window, the oldest first",
    run(subject) {
      const numbers = Array.from({ length: 1_700 }, (_, index) => index + 1);
      const rows = numbers.map((number) => record(number, { expiresAt: 1e9 }));
      subject.commit({ egress: added(...rows) });
      const keep = [{ egress: "demo/out", maxRecords: 3 }];
      const left: number[] = [];
      for (let window = 0; window < 8; window++) {
        subject.commit({ keep });
        const page = subject.store.kept("demo/out", 0, 2_000, 50);
        equal(page.at(-1)?.number, 1_700, "the newest");
        left.push(page.length);
      }
      const steps = left.map((count, index) => (left[index - 1] ?? 1_700) - count);
      equal(Math.max(...steps) <= 1_000, true, "a portion");
      equal(left.at(-1), 3, "in the end");
    },
  },
  {
    name: "gives no kept record at its time or later, in pages that are not cut short by those before",
    run(subject) {
      const rows = Array.from({ length: 40 }, (_, index) =>
        record(index + 1, { expiresAt: index < 30 ? 50 : 1e9 }),
      );
      subject.commit({ egress: added(...rows) });
      const page = (after: number, time: number) =>
        subject.store.kept("demo/out", after, 5, time).map(({ number }) => number);
      equal(page(0, 49), [1, 2, 3, 4, 5], "before their time");
      equal(page(0, 50), [31, 32, 33, 34, 35], "at their time");
      equal(page(35, 50), [36, 37, 38, 39, 40], "the last page");
      equal(page(40, 50), [], "the end");
    },
  },
];
