import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import type { LinkWindow } from "../../src/engine/contract/store.ts";
import type { ObjectStore } from "../../src/store/object/object-store.ts";
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
} from "./records.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();
const [second, hour, week] = [1_000, 3_600_000, 604_800_000];
/** As an engine that has given a number. */
const used = { lastNumber: 1 };

/** The store of an object, and the alarms that it asks for. */
async function alarmed() {
  const path = newPath();
  const alarms: (number | undefined)[] = [];
  const wakeAt = (time: number | undefined) => void alarms.push(time);
  const subject = await Subject.open(() => () => objectStore(path, () => ({ wakeAt })));
  // What objectStore makes.
  const store = () => subject.store as ObjectStore;
  /** The alarm of a window. */
  const alarmOf = (parts: Partial<LinkWindow>) => {
    subject.commit({ ...used, ...parts });
    return alarms.pop();
  };
  return { path, subject, store, alarms, alarmOf };
}

const link = (seenAt: number) => added({ link: "l", epoch: 1, last: 1, seenAt });

describe("the alarm of an object", () => {
  it("is the first due time, or soon while anything is left to do", async () => {
    const { alarmOf } = await alarmed();
    expect(alarmOf({ cells: [cell(1)] })).toBe(undefined);
    expect(alarmOf({ timers: added(timer(1, { dueAt: hour })) })).toBe(hour);
    expect(alarmOf({ timers: added(timer(2, { dueAt: 2 * hour })) })).toBe(hour);
    expect(alarmOf({ time: 100, messages: added(message(3)) })).toBe(100 + 6 * second);
    expect(alarmOf({ timers: added(timer(4, { dueAt: 150 })) })).toBe(150);
    expect(alarmOf({ messages: removed(3), timers: removed(4) })).toBe(hour);
    expect(alarmOf({ timers: removed(1) })).toBe(2 * hour);
    expect(alarmOf({ timers: removed(2), egress: added(record(5)) })).toBe(100 + 6 * second);
    expect(alarmOf({ egress: removed(5), outbox: added(outgoing("l", 1)) })).toBe(6_100);
    expect(alarmOf({ outbox: removed({ link: "l", upTo: 1 }) })).toBe(undefined);
  });

  it("is none for what somebody else repeats, but for what ends by itself", async () => {
    const { alarmOf, store } = await alarmed();
    const work = {
      messages: added(message(1)),
      outbox: added(outgoing("l", 1)),
      isRepeatedBySenders: true,
    };
    expect(alarmOf({ ...work, cells: [cell(1)] })).toBe(undefined);
    expect(alarmOf({ timers: added(timer(2, { dueAt: hour })), isRepeatedBySenders: true })).toBe(
      hour,
    );
    expect(alarmOf({})).toBe(10 + 6 * second);
    store().close();
    const other = await alarmed();
    const links = { linksIn: link(5 * second), outbox: added(outgoing("l", 1)) };
    expect(other.alarmOf({ ...links, isRepeatedBySenders: true })).toBe(5 * second + week);
  });

  it("is none for an object that will always have something", async () => {
    for (const lasting of [
      { cells: [cell(1), cell(2, { expiresAt: hour })], linksIn: link(5) },
      { dead: added(dead(1)), accepted: [accepted("key", 2)] },
      { positions: [{ source: "topic", position: "1" }] },
    ]) {
      const { alarmOf, store } = await alarmed();
      expect(alarmOf(lasting)).toBe(undefined);
      expect(store().isForgettable(1e15)).toBe(false);
    }
  });

  it("is the time from which on nothing is left, where everything ends by itself", async () => {
    const cases: readonly (readonly [Partial<LinkWindow>, number])[] = [
      [{ cells: [cell(1, { expiresAt: hour }), cell(2, { expiresAt: 2 * hour })] }, 2 * hour],
      [{ linksIn: link(5 * second), cells: [cell(1, { expiresAt: hour })] }, 5 * second + week],
      [{ accepted: [accepted("key", 1, { expiresAt: week })], linksIn: link(9) }, week + 9],
      [{ egress: added(record(1, { expiresAt: week })) }, week],
      [{ linksOut: added({ link: "l", epoch: 7, base: 0, last: 0 }) }, hour + 7],
    ];
    for (const [parts, forgetAt] of cases) {
      const { subject, alarmOf, store } = await alarmed();
      expect(alarmOf(parts)).toBe(forgetAt);
      expect(store().isForgettable(forgetAt - 1)).toBe(false);
      expect(store().isForgettable(forgetAt)).toBe(true);
      await subject.reopen();
      expect(store().isForgettable(forgetAt - 1)).toBe(false);
      expect(store().isForgettable(forgetAt)).toBe(true);
      expect(alarmOf({})).toBe(forgetAt);
    }
  });

  it("comes soon when the last of it is deleted", async () => {
    const { alarmOf, store } = await alarmed();
    expect(store().isForgettable(0)).toBe(true);
    expect(alarmOf({ cells: [cell(1)] })).toBe(undefined);
    expect(alarmOf({ time: 50, cells: [cell(1, { value: undefined })] })).toBe(50 + 6 * second);
    expect(store().isForgettable(50)).toBe(true);
    expect(alarmOf({ dead: added(dead(1)) })).toBe(undefined);
    expect(alarmOf({ dead: removed(1), cells: [cell(1, { expiresAt: 90 })] })).toBe(6_050);
    expect(store().isForgettable(89)).toBe(false);
    expect(store().isForgettable(90)).toBe(true);
  });

  it("comes late after a window that only says that something may have ended the engine", async () => {
    const { alarmOf, store } = await alarmed();
    expect(alarmOf({ lastNumber: 0 })).toBe(120_010);
    expect(store().isForgettable(0)).toBe(true);
  });

  it("never lets go of what is left to do", async () => {
    const { alarmOf, store } = await alarmed();
    const works: readonly (readonly [Partial<LinkWindow>, Partial<LinkWindow>])[] = [
      [{ messages: added(message(1)) }, { messages: removed(1) }],
      [{ timers: added(timer(2)) }, { timers: removed(2) }],
      [{ egress: added(record(3)) }, { egress: removed(3) }],
      [{ outbox: added(outgoing("l", 1)) }, { outbox: removed({ link: "l", upTo: 1 }) }],
    ];
    for (const [begin, end] of works) {
      alarmOf(begin);
      expect(store().isForgettable(1e15)).toBe(false);
      alarmOf(end);
      expect(store().isForgettable(1e15)).toBe(true);
    }
  });

  it("never lets go of what a later version has stored, which only that one knows", async () => {
    // 21 says what a directory was told: it does not stay behind alone.
    for (const kind of [20, 22, 23]) {
      const { subject, store, path } = await alarmed();
      subject.commit({ ...used, cells: [cell(1)] });
      subject.commit({ ...used, cells: [cell(1, { value: undefined })] });
      expect(store().isForgettable(1e15)).toBe(true);
      subject.store.close();
      const database = new DatabaseSync(path);
      database.exec(`INSERT INTO statefun (kind, key, data) VALUES (${kind}, x'01', x'02')`);
      database.close();
      await subject.reopen();
      expect(store().isForgettable(1e15)).toBe(false);
      subject.store.close();
    }
  });

  it("is asked for again, or for earlier, when one has gone off", async () => {
    const { subject, store, alarms, alarmOf } = await alarmed();
    alarmOf({ timers: added(timer(1, { dueAt: hour })) });
    store().wakeAgain(10);
    store().wakeAgain(10, 99);
    store().wakeAgain(10, 2 * hour);
    alarmOf({ timers: removed(1), cells: [cell(1)] });
    store().wakeAgain(10);
    store().wakeAgain(10, 99);
    await subject.reopen();
    expect(alarms).toEqual([hour, 99, hour, undefined, 99]);
    subject.store.close();
  });
});
