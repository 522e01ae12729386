import { equal } from "../checks.ts";
import { added, address, dead, message, removed, timer } from "../records.ts";
import type { StoreCase } from "../subject.ts";

const numbers = (rows: readonly { readonly number: number }[]) => rows.map(({ number }) => number);

/** Numbers that come in another order than theirs. */
const scattered = [700, 3, 2_000, 41, 5];

export const messageCases: readonly StoreCase[] = [
  {
    name: "gives messages as they came, in order of position",
    async run(subject) {
      const fromIngress = message(6, { caller: undefined, attempts: 2, crashes: 1 });
      subject.commit({ messages: added(...scattered.map((number) => message(number))) });
      subject.commit({ messages: added(fromIngress) });
      const expected = [3, 5, 6, 41, 700, 2_000].map((number) =>
        number === 6 ? fromIngress : message(number),
      );
      equal(subject.store.messages(-1, 100), expected, "all");
      await subject.reopen();
      equal(subject.store.messages(-1, 100), expected, "after a restart");
    },
  },
  {
    name: "gives pages of at most a limit after an exclusive bound, until an empty one",
    run(subject) {
      const all = Array.from({ length: 2_500 }, (_, index) => index * 2);
      subject.commit({ messages: added(...all.slice(1_000).map((n) => message(n))) });
      subject.commit({ messages: added(...all.slice(0, 1_000).map((n) => message(n))) });
      const seen: number[] = [];
      let last = -1;
      for (;;) {
        const page = numbers(subject.store.messages(last, 700));
        equal(page.length <= 700, true, "at most the limit");
        if (page.length === 0) break;
        seen.push(...page);
        last = page.at(-1) ?? 0;
      }
      equal(seen, all, "all pages");
      equal(numbers(subject.store.messages(9, 2)), [10, 12], "from an absent number");
      equal(numbers(subject.store.messages(10, 2)), [12, 14], "after a number that is there");
    },
  },
  {
    name: "changes the counts of exactly the messages that it is told, whatever their numbers and order",
    async run(subject) {
      const all = Array.from({ length: 40 }, (_, index) => index + 1);
      subject.commit({ messages: added(...all.map((number) => message(number))) });
      // Neighbours with the same counts and with others, gaps, and an order that is not theirs.
      const changed = new Map([7, 5, 6, 20, 22, 21, 9, 30, 31, 33, 1, 40].map((n) => [n, n < 30]));
      const counts = (number: number) =>
        changed.get(number) === true ? { attempts: 1, crashes: 2 } : { attempts: 0, crashes: 1 };
      subject.commit({
        attempts: Array.from(changed.keys(), (number) => ({ number, ...counts(number) })),
      });
      const expected = all.map((number) =>
        message(number, changed.has(number) ? counts(number) : {}),
      );
      equal(subject.store.messages(0, 99), expected, "all");
      await subject.reopen();
      equal(subject.store.messages(0, 99), expected, "after a restart");
    },
  },
  {
    name: "removes messages, and changes the counts of those that stay",
    async run(subject) {
      subject.commit({ messages: added(message(1), message(2), message(3, { crashes: 1 })) });
      subject.commit({
        messages: removed(1),
        attempts: [
          { number: 2, attempts: 4, crashes: 1 },
          { number: 3, attempts: 0, crashes: 0 },
        ],
      });
      const expected = [message(2, { attempts: 4, crashes: 1 }), message(3)];
      equal(subject.store.messages(0, 9), expected, "what is left");
      await subject.reopen();
      equal(subject.store.messages(0, 9), expected, "after a restart");
    },
  },
  {
    name: "gives timers by due time and then by position",
    run(subject) {
      const due = [50, 10, 50, 30, 10];
      const timers = scattered.map((number, index) => timer(number, { dueAt: due[index] ?? 0 }));
      subject.commit({ timers: added(...timers) });
      const { store } = subject;
      equal(store.nextDue(), 10, "the next due time");
      equal(numbers(store.dueTimers(50, 9)), [3, 5, 41, 700, 2_000], "all");
      equal(numbers(store.dueTimers(49, 9)), [3, 5, 41], "due before");
      equal(numbers(store.dueTimers(50, 3)), [3, 5, 41], "as many as asked for");
      equal(numbers(store.dueTimers(9, 9)), [], "none yet");
      subject.commit({ timers: removed(3, 5) });
      equal(store.nextDue(), 30, "after a removal");
      subject.commit({ timers: removed(41, 700, 2_000) });
      equal(store.nextDue(), undefined, "without any");
    },
  },
  {
    name: "finds a timer by its owner and token, and the timers of an owner",
    run(subject) {
      const other = { owner: "demo/fn/b", token: "token" };
      const fromIngress = timer(5, { owner: undefined, caller: undefined });
      subject.commit({
        timers: added(
          timer(9, { token: "token" }),
          timer(2),
          timer(3),
          timer(4, other),
          fromIngress,
        ),
      });
      const { store } = subject;
      equal(store.timerByToken("demo/fn/a", "token"), timer(9, { token: "token" }), "by token");
      equal(store.timerByToken("demo/fn/b", "token")?.number, 4, "of another owner");
      equal(store.timerByToken("demo/fn/a", "none"), undefined, "an unknown token");
      equal(numbers(store.timersOf("demo/fn/a", 9)), [2, 3, 9], "of an owner");
      equal(numbers(store.timersOf("demo/fn/a", 2)), [2, 3], "some of an owner");
      equal(numbers(store.timersOf("demo/fn/a", 1, 2)), [3], "the next one of an owner");
      equal(numbers(store.timersOf("demo/fn/a", 9, 9)), [], "behind the last one");
      equal(store.dueTimers(5, 9).at(-1), fromIngress, "without an owner");
      subject.commit({ timers: removed(9) });
      equal(store.timerByToken("demo/fn/a", "token"), undefined, "a timer that is gone");
    },
  },
  {
    name: "gives dead letters in pages, of a function, of an egress, by number, and counts them",
    run(subject) {
      const other = dead(2, { target: address("x", "demo/other"), caller: address("a") });
      const lost = dead(3, { egress: "demo/out" });
      subject.commit({ dead: added(dead(9), dead(1), other, lost) });
      const { store } = subject;
      equal(numbers(store.dead(0, 9)), [1, 2, 3, 9], "all");
      equal(store.dead(1, 2), [other, lost], "a page");
      equal(numbers(store.dead(0, 9, "demo/fn")), [1, 9], "of a function");
      equal(numbers(store.dead(0, 9, "demo/out")), [3], "of an egress");
      equal(numbers(store.dead(1, 9, "demo/fn")), [9], "a page of a function");
      equal(store.deadAt(3), lost, "by number");
      equal(store.deadAt(4), undefined, "an unknown number");
      equal(store.countDead(), 4, "how many");
      subject.commit({ dead: removed(1, 3) });
      equal([store.countDead(), numbers(store.dead(0, 9, "demo/out"))], [2, []], "after removals");
    },
  },
];
