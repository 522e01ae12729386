import { describe, expect, it } from "vitest";
import type { SqlDriver } from "../../src/store/drivers/sql-driver.ts";
import { changedStore, objectStore, hearing } from "./changed-driver.ts";
import { thrown } from "./checks.ts";
import { all, first, second } from "./full-windows.ts";
import { added, cell, dead, message, record, timer } from "./records.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

type ChangedStore = typeof objectStore;

/** A store whose statement number `failAt` from now on fails, once. */
async function failing(storeOf: ChangedStore) {
  const path = newPath();
  const fault = { failAt: Number.POSITIVE_INFINITY, count: 0 };
  const changes = (driver: SqlDriver): Partial<SqlDriver> => ({
    maxValueBytes: 100,
    ...hearing(driver, () => {
      fault.count += 1;
      if (fault.count === fault.failAt) throw new Error("disk I/O error");
    }),
  });
  const subject = await Subject.open(() => () => storeOf(path, changes));
  return { subject, fault };
}

const stores: readonly (readonly [string, ChangedStore])[] = [
  ["the SQLite store", (path, changes = () => ({})) => changedStore(path, changes)],
  ["the store of an object", objectStore],
];

describe.for(stores)("a commit of %s", ([, storeOf]) => {
  it("leaves nothing when any of its statements fails, and is done when it is repeated", async () => {
    const whole = await failing(storeOf);
    whole.subject.commit(first);
    whole.fault.count = 0;
    whole.subject.commit(second);
    const statements = whole.fault.count;
    const after = all(whole.subject);
    whole.subject.store.close();
    expect(statements).toBeGreaterThan(25);
    for (let failAt = 1; failAt <= statements; failAt += 1) {
      const { subject, fault } = await failing(storeOf);
      subject.commit(first);
      const before = all(subject);
      Object.assign(fault, { failAt, count: 0 });
      const window = subject.window(second);
      const { message: text, cause } = await thrown("store_failed", () =>
        subject.store.commit(window),
      );
      expect(text).toMatch(/store-\d+\.db failed: disk I\/O error$/);
      expect(cause).toMatchObject({ message: "disk I/O error" });
      expect(all(subject), `statement ${failAt}`).toBe(before);
      subject.store.commit(window);
      expect(all(subject), `after statement ${failAt}`).toBe(after);
      subject.store.close();
    }
  }, 120_000);

  it("is not done twice when it threw after it had happened", async () => {
    const path = newPath();
    let isUnlucky = false;
    const subject = await Subject.open(
      () => () =>
        storeOf(path, (driver) => ({
          transaction: (body) => {
            const result = driver.transaction(body);
            if (isUnlucky) throw new Error("interrupted");
            return result;
          },
        })),
    );
    subject.commit(first);
    isUnlucky = true;
    const window = subject.window({ ...second, positions: [] });
    await thrown("store_failed", () => subject.store.commit(window));
    isUnlucky = false;
    const after = all(subject);
    subject.store.commit(window);
    expect(all(subject)).toBe(after);
    expect(subject.store.messages(0, 9).map(({ number }) => number)).toEqual([2, 11]);
    subject.store.close();
  });

  it("counts kept records rightly after a window that was rolled back", async () => {
    const { subject, fault } = await failing(storeOf);
    const keep = [{ egress: "demo/out", maxRecords: 2 }];
    const kept = (...numbers: number[]) =>
      added(...numbers.map((number) => record(number, { expiresAt: 1e9 })));
    subject.commit({ egress: kept(1, 2), keep });
    const window = subject.window({ egress: kept(3), keep });
    Object.assign(fault, { failAt: 3, count: 0 });
    await thrown("store_failed", () => subject.store.commit(window));
    subject.store.commit(window);
    expect(subject.store.kept("demo/out", 0, 9, 0).map(({ number }) => number)).toEqual([2, 3]);
    subject.store.close();
  });

  it("refuses what no column takes", async () => {
    const { subject } = await failing(storeOf);
    const before = all(subject);
    const wrong = [
      { cells: [cell(1), cell(2, { expiresAt: Symbol("no") as unknown as number })] },
      { messages: added(message(1), message(Number.NaN, { attempts: Number.NaN })) },
      { dead: added(dead(1), dead(2, { reason: undefined as unknown as string })) },
    ];
    for (const parts of wrong) {
      const window = subject.window(parts);
      await thrown("store_failed", () => subject.store.commit(window));
      expect(all(subject)).toBe(before);
    }
    subject.store.close();
  });
});

describe("a commit of the SQLite store", () => {
  it("ends with the alarm: the first due time, or soon while anything is left to do", async () => {
    const path = newPath();
    const alarms: (number | undefined)[] = [];
    const wakeAt = (time: number | undefined) => void alarms.push(time);
    const subject = await Subject.open(() => () => changedStore(path, () => ({ wakeAt })));
    subject.commit();
    subject.commit({ timers: added(timer(1, { dueAt: 1_000_000 })) });
    subject.commit({ time: 100, messages: added(message(2)) });
    subject.commit({ time: 100, timers: added(timer(3, { dueAt: 150 })) });
    subject.commit({ time: 200, messages: { added: [], removed: [2] } });
    subject.commit({ timers: { added: [], removed: [1, 3] }, egress: added(record(4)) });
    subject.store.close();
    expect(alarms).toEqual([undefined, 1_000_000, 5_100, 150, 150, 5_200]);
  });
});
