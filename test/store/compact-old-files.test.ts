import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { compactStore } from "./changed-driver.ts";
import { compactVersion1 } from "./compact-version-1.ts";
import {
  accepted,
  added,
  address,
  cell,
  dead,
  message,
  outgoing,
  record,
  timer,
  value,
} from "./records.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

const x = value("x", [{ key: "k", value: undefined }]);
const ended = {
  call: "call",
  expiresAt: 99,
  outcome: { kind: "error", code: "c", reason: "r" },
} as const;

/** What `compactVersion1` has in it, with rows of at most 60 bytes. */
const window = {
  sequence: 1,
  opener: "o",
  openedAt: 3,
  time: 70,
  lastNumber: 40,
  lastCell: 2,
  identity: "i",
  cells: [cell(1, { value: x, expiresAt: 90 }), cell(2, { value: value("y".repeat(100)) })],
  messages: added(message(11, { argument: x, attempts: 2, crashes: 1 })),
  timers: added(timer(12, { dueAt: 80, token: "t" })),
  egress: added(record(13, { argument: value(undefined) }), record(14, { expiresAt: 2_000 })),
  dead: added(dead(15, { egress: "e" })),
  accepted: [
    accepted("key", 16, ended),
    accepted("n".repeat(300), 17, { outcome: { kind: "reply", value: x } }),
  ],
  positions: [{ source: "topic", position: "5" }],
  outbox: added(outgoing("l", 1)),
  linksOut: added({ link: "l", epoch: 400, base: 0, last: 1 }),
  linksIn: added({ link: "l", epoch: 500, last: 6, seenAt: 60 }),
};

async function opened(): Promise<Subject> {
  const path = newPath();
  const database = new DatabaseSync(path);
  database.exec(compactVersion1);
  database.close();
  return Subject.open(() => () => compactStore(path, () => ({ maxValueBytes: 60 })));
}

it("a compact database of version 1 opens with its progress and everything in it", async () => {
  const { opened: head, store } = await opened();
  const { openedAt, time, lastNumber, lastCell, identity } = window;
  const isClean = false;
  expect(head).toEqual({ sequence: 1, openedAt, time, lastNumber, lastCell, identity, isClean });
  const states = window.cells.map(({ name, cell: number, value: its, expiresAt }) => [
    name,
    { cell: number, value: its, expiresAt },
  ]);
  expect(store.load(address("a"))).toEqual(new Map(states as never));
  expect(store.messages(0, 9)).toEqual(window.messages.added);
  expect(store.timerByToken("demo/fn/a", "t")).toEqual(window.timers.added[0]);
  expect(store.timersOf("demo/fn/a", 9)).toEqual(window.timers.added);
  expect(store.unsent("demo/out", 0, 9)).toEqual([window.egress.added[0]]);
  expect(store.kept("demo/out", 0, 9, 70)).toEqual([window.egress.added[1]]);
  expect(store.dead(0, 9, "e")).toEqual(window.dead.added);
  expect(store.acceptedCall("call")).toEqual(window.accepted[0]);
  expect(store.accepted(address("a"), "n".repeat(300))).toEqual(window.accepted[1]);
  expect(store.position("topic")).toBe("5");
  expect(store.outbox("l", 0, 9)).toEqual(window.outbox.added);
  expect(store.linksOut()).toEqual(window.linksOut.added);
  expect(store.linkIn("l")).toEqual(window.linksIn.added[0]);
  store.close();
});

it("a compact database of version 1 takes the next window of its history", async () => {
  const subject = await opened();
  subject.time = 80;
  subject.commit({
    opener: "o",
    cells: [cell(1, { value: undefined }), cell(2)],
    messages: { added: [message(41)], removed: [11] },
    timers: { added: [timer(42, { token: "t" })], removed: [12] },
    egress: { added: [record(43)], removed: [13, 14] },
    dead: { added: [], removed: [15] },
    accepted: [accepted("key", 16, { ...ended, digest: "new" })],
    outbox: { added: [outgoing("l", 2)], removed: [{ link: "l", upTo: 1 }] },
  });
  await subject.reopen();
  const { store } = subject;
  expect([...store.load(address("a")).keys()]).toEqual(["state2"]);
  expect(store.messages(0, 9)).toEqual([message(41)]);
  expect(store.timerByToken("demo/fn/a", "t")?.number).toBe(42);
  expect(store.unsent("demo/out", 0, 9)).toEqual([record(43)]);
  expect(store.countDead()).toBe(0);
  expect(store.acceptedCall("call")?.digest).toBe("new");
  expect(store.outbox("l", 0, 9)).toEqual([outgoing("l", 2)]);
  store.close();
});
