import type { LinkWindow } from "../../../src/engine/contract/store.ts";
import { equal, thrown } from "../checks.ts";
import {
  accepted,
  added,
  cell,
  dead,
  message,
  outgoing,
  record,
  removed,
  timer,
  value,
} from "../records.ts";
import { smallUniverse, snapshot } from "../snapshot.ts";
import { hasLinks, type StoreCase, type Subject } from "../subject.ts";

/** Something in every table. */
const before: Partial<LinkWindow> = {
  cells: [cell(1)],
  messages: added(message(1)),
  timers: added(timer(2, { token: "token" })),
  egress: added(record(3), record(4, { expiresAt: 900 })),
  dead: added(dead(5)),
  accepted: [accepted("key", 6, { call: "call key" })],
  positions: [{ source: "link", position: "1" }],
  outbox: added(outgoing("link", 1)),
  linksOut: added({ link: "link", epoch: 1, base: 0, last: 1 }),
  linksIn: added({ link: "link", epoch: 1, last: 1, seenAt: 1 }),
};

/** Changes in every table, all of them possible. */
const changes: Partial<LinkWindow> = {
  lastNumber: 90,
  cells: [cell(1, { value: value("changed") }), cell(2)],
  renewed: [{ cell: 1, expiresAt: 500 }],
  messages: { added: [message(11)], removed: [1] },
  timers: { added: [timer(12)], removed: [] },
  egress: { added: [record(13), record(14, { expiresAt: 900 })], removed: [3] },
  dead: { added: [dead(15)], removed: [] },
  accepted: [accepted("other", 16)],
  positions: [{ source: "link", position: "2" }],
  outbox: added(outgoing("link", 2)),
  linksOut: added({ link: "link", epoch: 2, base: 0, last: 2 }),
  linksIn: added({ link: "link", epoch: 2, last: 2, seenAt: 2 }),
};

/** What no store takes: each a number or a name that is there, or comes twice. */
const clashes: readonly (readonly [string, Partial<LinkWindow>])[] = [
  ["a state under another number", { cells: [cell(1), cell(7, { name: "state1" })] }],
  ["two new states of one name", { cells: [cell(7), cell(8, { name: "state7" })] }],
  ["a message's number", { messages: added(message(1)) }],
  ["a number twice", { messages: added(message(21), message(20), message(21)) }],
  ["a timer's number", { timers: added(timer(2)) }],
  ["a token", { timers: added(timer(22, { token: "token" })) }],
  ["a token twice", { timers: added(timer(22, { token: "t" }), timer(23, { token: "t" })) }],
  ["a record's number", { egress: added(record(3)) }],
  ["a kept record's number", { egress: added(record(4, { expiresAt: 900 })) }],
  ["a dead letter's number", { dead: added(dead(5)) }],
  ["a number with another key", { accepted: [accepted("new", 6)] }],
  ["a call with another key", { accepted: [accepted("new", 26, { call: "call key" })] }],
];

/** Changes nothing that can be read, and then takes the same window without the clash. */
async function refuses(subject: Subject, clash: Partial<LinkWindow>): Promise<void> {
  subject.commit(before);
  const unchanged = snapshot(subject.store, smallUniverse, 10);
  const window = subject.window({ ...changes, ...clash });
  await thrown("store_failed", () => subject.store.commit(window));
  await thrown("store_failed", () => subject.store.commit(window));
  equal(snapshot(subject.store, smallUniverse, 10), unchanged, "after the refused window");
  await subject.reopen();
  equal(subject.opened.sequence, 1, "the sequence");
  equal(snapshot(subject.store, smallUniverse, 10), unchanged, "after a restart");
  subject.commit(changes);
}

/** What is stored of the states of `a`. */
const statesOf = ({ store }: Subject) =>
  Array.from(
    store.load({ typename: "demo/fn", id: "a" }),
    ([
      name,
      {
        value: { bytes },
      },
    ]) => {
      return `${name}: ${new TextDecoder().decode(bytes)}`;
    },
  );

export const commitCases: readonly StoreCase[] = [
  {
    name: "makes a state whose first window was refused, and writes it afterwards",
    async run(subject) {
      subject.commit(before);
      for (const text of ["new", "newer"]) {
        const cells = [cell(1), cell(2, { value: value(text) })];
        // The states are written before this is found to be wrong.
        const refused = subject.window({ cells, messages: added(message(1)) });
        await thrown("store_failed", () => subject.store.commit(refused));
        subject.commit({ cells });
        equal(statesOf(subject), ["state1: cell 1", `state2: ${text}`], "without a restart");
      }
      subject.commit({ cells: [cell(2, { value: undefined })] });
      subject.commit({ cells: [cell(2, { value: value("again") })] });
      await subject.reopen();
      equal(statesOf(subject).sort(), ["state1: cell 1", "state2: again"], "after a restart");
    },
  },
  {
    name: "is new with nothing in it",
    run({ opened, store }) {
      equal(
        opened,
        { sequence: 0, time: 0, openedAt: 0, lastNumber: 0, lastCell: 0, isClean: true },
        "opened",
      );
      equal(store.messages(-1, 10), [], "messages");
      equal(store.nextDue(), undefined, "the next due time");
      equal(store.countDead(), 0, "dead letters");
      equal(store.load({ typename: "demo/fn", id: "a" }), new Map(), "states");
    },
  },
  {
    name: "says when it is opened what the last window said",
    async run(subject) {
      const head = { openedAt: 4, time: 30, lastNumber: 70, lastCell: 9, identity: "i" };
      subject.commit({ ...head, isClean: true });
      await subject.reopen();
      equal(subject.opened, { ...head, sequence: 1, isClean: true }, "opened");
      subject.commit({ ...head, isClean: false });
      await subject.reopen();
      equal(subject.opened, { ...head, sequence: 2, isClean: false }, "opened again");
    },
  },
  {
    name: "keeps everything over a restart",
    async run(subject) {
      subject.commit(before);
      subject.commit(changes);
      const all = snapshot(subject.store, smallUniverse, 10);
      await subject.reopen();
      equal(snapshot(subject.store, smallUniverse, 10), all, "after a restart");
    },
  },
  {
    name: "does nothing when its opener repeats the last window, also after a restart",
    async run(subject) {
      subject.commit(before);
      const window = subject.commit(changes);
      const all = snapshot(subject.store, smallUniverse, 10);
      subject.store.commit(window);
      // Also the same one with other content: the sequence says that it is there.
      subject.store.commit({ ...window, cells: [cell(3)] });
      equal(snapshot(subject.store, smallUniverse, 10), all, "after the repetition");
      await subject.reopen();
      subject.store.commit(window);
      equal(snapshot(subject.store, smallUniverse, 10), all, "after a restart");
    },
  },
  {
    name: "refuses a gap, an older window, and another engine's window of the same sequence",
    async run(subject) {
      subject.commit(before);
      const last = subject.commit(changes);
      const all = snapshot(subject.store, smallUniverse, 10);
      const refused = async (parts: Partial<LinkWindow>, said: RegExp) => {
        const window = subject.window({ cells: [cell(3)], ...parts });
        const { message: text } = await thrown("store_failed", () => subject.store.commit(window));
        equal(said.test(text), true, `${said} in ${text}`);
      };
      await refused({ sequence: 4 }, /must have sequence 3, got 4/);
      await refused({ sequence: 1 }, /must have sequence 3, got 1/);
      await refused({ sequence: last.sequence, opener: "other" }, /another engine/);
      equal(snapshot(subject.store, smallUniverse, 10), all, "after what was refused");
      subject.commit({ opener: "other" });
    },
  },
  {
    name: "removes before it adds: what goes may come again in the same window",
    run(subject) {
      subject.commit(before);
      subject.commit({
        cells: [cell(7, { name: "state1" }), cell(1, { value: undefined })],
        messages: { added: [message(1, { attempts: 3 })], removed: [1] },
        timers: { added: [timer(12, { token: "token" })], removed: [2] },
        egress: { added: [record(3, { egress: "demo/fn" })], removed: [3] },
        dead: { added: [dead(5, { code: "timed_out" })], removed: [5] },
        outbox: { added: [outgoing("link", 1)], removed: [{ link: "link", upTo: 1 }] },
        linksOut: { added: [{ link: "link", epoch: 9, base: 0, last: 1 }], removed: ["link"] },
        linksIn: { added: [{ link: "link", epoch: 9, last: 0, seenAt: 1 }], removed: ["link"] },
      });
      const { store } = subject;
      equal(store.load({ typename: "demo/fn", id: "a" }).get("state1")?.cell, 7, "the state");
      equal(store.messages(0, 9)[0]?.attempts, 3, "the message");
      equal(store.timerByToken("demo/fn/a", "token")?.number, 12, "the timer");
      equal(store.unsentEgresses(), ["demo/fn"], "the record");
      equal(store.deadAt(5)?.code, "timed_out", "the dead letter");
      if (!hasLinks(store)) return;
      equal(store.outbox("link", 0, 9).length, 1, "the outbox");
      equal(store.linksOut()[0]?.epoch, 9, "the link's sender");
      equal(store.linkIn("link")?.epoch, 9, "the link's receiver");
    },
  },
  {
    name: "ignores what it does not have: removals, counts, times",
    run(subject) {
      subject.commit(before);
      const all = snapshot(subject.store, smallUniverse, 10);
      subject.commit({
        cells: [cell(50, { value: undefined })],
        renewed: [{ cell: 50, expiresAt: 900 }],
        messages: removed(50),
        attempts: [{ number: 50, attempts: 1, crashes: 1 }],
        timers: removed(50),
        egress: removed(50),
        dead: removed(50),
        outbox: removed({ link: "other", upTo: 9 }),
        linksOut: removed("other"),
        linksIn: removed("other"),
        keep: [{ egress: "other", maxRecords: 0 }],
      });
      equal(snapshot(subject.store, smallUniverse, 10), all, "after nothing");
    },
  },
  {
    name: "takes nothing of a window with what cannot be: a number of the outbox",
    isOfLinks: true,
    run: (subject) => refuses(subject, { outbox: added(outgoing("link", 1)) }),
  },
  ...clashes.map(
    ([name, clash]): StoreCase => ({
      name: `takes nothing of a window with what cannot be: ${name}`,
      run: (subject) => refuses(subject, clash),
    }),
  ),
];
