import { describe, expect, it } from "vitest";
import * as kinds from "../../src/store/object/object-kinds.ts";
import { objectStore } from "./changed-driver.ts";
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
} from "./records.ts";
import { rowsOf } from "./stored-rows.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

/** How many rows there are of each kind; of pieces, by the kind of what they are of. */
function countsOf(path: string): Record<string, number> {
  const names = new Map(Object.entries(kinds).map(([name, kind]) => [kind, name]));
  const counts: Record<string, number> = {};
  for (const { kind, key } of rowsOf(path)) {
    const [owner = -1] = key;
    const name = kind === kinds.part ? `part of ${names.get(owner)}` : `${names.get(kind)}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

const progress = { progress: 1 };

describe("the rows of an object", () => {
  it("are one a record, but for tokens and calls and messages of a window to one link, and go with it", async () => {
    const path = newPath();
    const subject = await Subject.open(() => () => objectStore(path));
    const links = { linksIn: added({ link: "l", epoch: 1, last: 1, seenAt: 1 }) };
    subject.commit({
      cells: [cell(1), cell(2, { expiresAt: 1e9 })],
      messages: added(message(1)),
      timers: added(timer(1), timer(2, { token: "t" })),
      egress: added(record(1), record(2, { expiresAt: 1e9 })),
      dead: added(dead(1)),
      accepted: [accepted("key", 1), accepted("other", 2, { call: "c" })],
      positions: [{ source: "s", position: "" }],
      outbox: added(outgoing("l", 1), outgoing("l", 2)),
      linksOut: added({ link: "l", epoch: 1, base: 0, last: 1 }),
      ...links,
    });
    subject.store.close();
    expect(countsOf(path)).toEqual({
      ...{ ...progress, state: 1, expiring: 1, message: 1, timer: 2, token: 1, egress: 1, kept: 1 },
      ...{ dead: 1, accepted: 2, call: 1, position: 1, outbox: 1, linkOut: 1, linkIn: 1 },
    });
    await subject.reopen();
    subject.commit({
      time: 1e9,
      cells: [cell(1, { value: undefined })],
      messages: removed(1),
      timers: removed(1, 2),
      egress: removed(1),
      dead: removed(1),
      outbox: removed({ link: "l", upTo: 2 }),
      linksOut: removed("l"),
      linksIn: removed("l"),
    });
    subject.store.close();
    expect(countsOf(path)).toEqual({ ...progress, position: 1 });
  });

  it("are one a state, whether it begins to expire or no longer does", async () => {
    const path = newPath();
    const subject = await Subject.open(
      () => () => objectStore(path, () => ({ maxValueBytes: 60 })),
    );
    const long = { value: value("x".repeat(90)) };
    const steps = [
      [{ cells: [cell(1, long)] }, "state", undefined],
      [{ cells: [cell(1, { ...long, expiresAt: 500 })] }, "expiring", 500],
      [{ renewed: [{ cell: 1, expiresAt: 900 }] }, "expiring", 900],
      [{ cells: [cell(1, long)] }, "state", undefined],
      [{ renewed: [{ cell: 1, expiresAt: 700 }] }, "expiring", 700],
    ] as const;
    for (const [parts, kind, expiresAt] of steps) {
      subject.commit(parts);
      const stored = { cell: 1, value: long.value, expiresAt };
      expect(subject.store.load({ typename: "demo/fn", id: "a" }).get("state1")).toEqual(stored);
      subject.store.close();
      expect(countsOf(path)).toMatchObject({ [kind]: 1, "part of state": 1 });
      expect(Object.keys(countsOf(path)).length).toBe(3);
      await subject.reopen();
    }
    subject.commit({ time: 100_000 });
    subject.commit({ time: 200_000 });
    subject.store.close();
    expect(countsOf(path)).toMatchObject({ progress: 1 });
    expect(Object.keys(countsOf(path)).filter((name) => !name.includes("progress"))).toEqual([]);
  });

  it("have their pieces as long as they are there, written over, or expire", async () => {
    const path = newPath();
    const subject = await Subject.open(
      () => () => objectStore(path, () => ({ maxValueBytes: 100 })),
    );
    const argument = value("x".repeat(150));
    const long = { value: argument };
    const expiresAt = 100;
    const reply = { kind: "reply", ...long } as const;
    subject.commit({
      cells: [cell(1, long), cell(2, long), cell(3, { ...long, expiresAt }), cell(4, long)],
      messages: added(message(1, { argument }), message(2, { argument })),
      timers: added(timer(1, { argument })),
      egress: added(record(1, { argument }), record(2, { argument, expiresAt })),
      dead: added(dead(1, { argument })),
      accepted: [
        accepted("key", 1, { outcome: reply }),
        accepted("other", 2, { outcome: reply, expiresAt, call: "c" }),
      ],
      outbox: added(...[1, 2, 3].map((number) => outgoing("l", number, { argument }))),
    });
    await subject.reopen();
    const head = { time: 100_000, opener: "o", identity: "i" };
    subject.commit({
      ...head,
      cells: [cell(1, { value: undefined }), cell(2, { value: value("short") })],
      renewed: [{ cell: 4, expiresAt: 300_000 }],
      messages: removed(1),
      attempts: [{ number: 2, attempts: 3, crashes: 1 }],
      timers: removed(1),
      egress: { added: [record(3, { argument, expiresAt: 1e9 })], removed: [1] },
      dead: removed(1),
      accepted: [accepted("key", 9)],
      outbox: removed({ link: "l", upTo: 2 }),
    });
    const { store } = subject;
    expect(store.messages(0, 9)).toEqual([message(2, { argument, attempts: 3, crashes: 1 })]);
    expect(store.load({ typename: "demo/fn", id: "a" }).get("state4")?.value).toEqual(argument);
    expect(subject.links.outbox("l", 0, 9)).toEqual([outgoing("l", 3, { argument })]);
    const trimmed = [{ egress: "demo/out", maxRecords: 0 }];
    store.close();
    const parts = (path: string) =>
      Object.fromEntries(Object.entries(countsOf(path)).filter(([name]) => /^part/.test(name)));
    const still = { "part of state": 1, "part of message": 1, "part of outbox": 1 };
    expect(parts(path)).toEqual({ ...still, "part of kept": 1 });
    await subject.reopen();
    subject.commit({ ...head, keep: trimmed });
    subject.commit({ ...head, time: 300_000, messages: removed(2) });
    subject.store.close();
    expect(parts(path)).toEqual({ "part of outbox": 1 });
  });
});
