import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { sqliteStore } from "../../src/store/file/sqlite-store.ts";
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
import { schemaVersion1 } from "./schema-version-1.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

/** What `schemaVersion1` has in it. */
const x = value("x");
const key = {
  digest: "d",
  call: "call",
  expiresAt: 99,
  outcome: { kind: "error", code: "c", reason: "r" },
} as const;

async function opened(): Promise<Subject> {
  const path = newPath();
  const database = new DatabaseSync(path);
  database.exec(schemaVersion1);
  database.close();
  return Subject.open(() => () => sqliteStore(path));
}

describe("a file of version 1", () => {
  it("opens with its progress and everything that is in it", async () => {
    const { opened: head, store } = await opened();
    expect(head).toEqual({
      sequence: 7,
      time: 70,
      openedAt: 3,
      lastNumber: 40,
      lastCell: 2,
      identity: "i",
      isClean: false,
    });
    const headers = [{ key: "k", value: undefined }];
    expect(store.load(address("a"))).toEqual(
      new Map([
        ["s", { cell: 1, value: { ...x, headers }, expiresAt: 90 }],
        ["split", { cell: 2, value: value("abcdef"), expiresAt: undefined }],
      ]),
    );
    expect(store.messages(0, 9)).toEqual([message(11, { argument: x, attempts: 2, crashes: 1 })]);
    const waiting = timer(12, {
      dueAt: 80,
      owner: "o",
      token: "t",
      argument: x,
      caller: undefined,
    });
    expect(store.timerByToken("o", "t")).toEqual(waiting);
    expect(store.unsent("demo/out", 0, 9)).toEqual([record(13, { argument: value(undefined) })]);
    expect(store.kept("demo/out", 0, 9, 70)).toEqual([
      record(14, { argument: value(""), expiresAt: 99 }),
    ]);
    expect(store.dead(0, 9, "e")).toEqual([
      dead(15, { argument: x, code: "c", reason: "r", egress: "e" }),
    ]);
    expect(store.acceptedCall("call")).toEqual(accepted("key", 16, key));
    expect(store.position("topic")).toBe("5");
    expect(store.outbox("l", 0, 9)).toEqual([outgoing("l", 1, { argument: x })]);
    expect(store.linksOut()).toEqual([{ link: "l", epoch: 4, base: 0, last: 1 }]);
    expect(store.linkIn("l")).toEqual({ link: "l", epoch: 5, last: 6, seenAt: 60 });
    store.close();
  });

  it("takes the next window of its history, which changes all of that", async () => {
    const subject = await opened();
    subject.time = 80;
    subject.commit({
      cells: [cell(1, { name: "s", value: undefined }), cell(2, { name: "split" })],
      messages: { added: [message(41)], removed: [11] },
      timers: { added: [timer(42, { owner: "o", token: "t" })], removed: [12] },
      egress: { added: [record(43)], removed: [13, 14] },
      dead: { added: [], removed: [15] },
      accepted: [accepted("key", 16, { ...key, digest: "new" })],
      outbox: { added: [outgoing("l", 2)], removed: [{ link: "l", upTo: 1 }] },
      linksOut: added({ link: "l", epoch: 4, base: 0, last: 2 }),
    });
    await subject.reopen();
    const { store } = subject;
    expect([...store.load(address("a")).keys()]).toEqual(["split"]);
    expect(store.messages(0, 9)).toEqual([message(41)]);
    expect(store.timerByToken("o", "t")?.number).toBe(42);
    expect(store.unsent("demo/out", 0, 9)).toEqual([record(43)]);
    expect(store.countDead()).toBe(0);
    expect(store.accepted(address("a"), "key")?.digest).toBe("new");
    expect(store.outbox("l", 0, 9)).toEqual([outgoing("l", 2)]);
    store.close();
  });
});
