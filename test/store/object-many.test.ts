import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { type HeadLimits, headLimits } from "../../src/store/object/rows/head-store.ts";
import { objectStore, hearing, noHead } from "./changed-driver.ts";
import { all, first, second } from "./full-windows.ts";
import { accepted, added, address, cell, record, removed, timer } from "./records.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

function indexesOf(path: string): readonly unknown[] {
  const database = new DatabaseSync(path);
  const sql = "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
  const names = database.prepare(sql).all();
  database.close();
  return names.map(({ name }) => name);
}

/** A store with every statement that it has run. */
async function watched(limits: HeadLimits = headLimits) {
  const path = newPath();
  const statements: string[] = [];
  const subject = await Subject.open(
    () => () =>
      objectStore(
        path,
        (driver) => ({
          wakeAt: () => {},
          ...hearing(driver, (sql) => void statements.push(sql)),
        }),
        limits,
      ),
  );
  return { path, statements, subject };
}

const timers = (count: number) =>
  added(...Array.from({ length: count }, (_, index) => timer(index + 1, { dueAt: count - index })));

describe("the store of an object with many rows", () => {
  it("has no index of times while there are few", async () => {
    const { path, subject } = await watched();
    subject.commit({ timers: timers(900) });
    subject.commit({ timers: removed(900) });
    expect(subject.store.nextDue()).toBe(2);
    subject.commit();
    subject.store.close();
    expect(indexesOf(path)).toEqual([]);
  });

  it("makes one when there are many, and gives the same as before", async () => {
    const { path, subject } = await watched();
    const count = 3_000;
    subject.commit({ timers: timers(count) });
    await subject.reopen();
    expect(subject.store.nextDue()).toBe(1);
    subject.commit({ cells: [cell(1)] });
    await subject.reopen();
    for (let due = 1; due <= 30; due += 1) {
      expect(subject.store.nextDue()).toBe(due);
      const found = subject.store.dueTimers(due, 9);
      expect(found.map(({ number }) => number)).toEqual([count + 1 - due]);
      subject.commit({ timers: removed(count + 1 - due) });
    }
    subject.store.close();
    expect(indexesOf(path)).toEqual(["statefun_at"]);
  });

  it("looks for every row by its kind and its key or its time", async () => {
    const { path, statements, subject } = await watched(noHead);
    const many = Array.from({ length: 1_500 }, (_, index) => timer(1_000 + index));
    subject.commit({ timers: added(...many) });
    subject.commit(first);
    subject.commit({ ...second, time: 1e7 });
    const { store } = subject;
    store.messages(0, 1);
    store.load(address("a"));
    store.dueTimers(1, 1);
    store.timerByToken("o", "t");
    store.timersOf("o", 1);
    store.unsentEgresses();
    store.kept("e", 0, 1, 1);
    store.dead(0, 1, "demo/fn");
    store.countDead();
    store.acceptedCall("c");
    subject.links.silentLinks(1, 1);
    subject.links.linksOut();
    store.close();
    const database = new DatabaseSync(path);
    const plans = [...new Set(statements)]
      .filter((sql) => /FROM statefun|UPDATE statefun/.test(sql))
      .map((sql) => {
        const holes = Array.from({ length: sql.split("?").length - 1 }, () => 1);
        const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...holes);
        return `${steps.map(({ detail }) => detail).join("; ")}: ${sql}`;
      });
    database.close();
    expect(plans.length).toBeGreaterThan(15);
    expect(plans.filter((plan) => /SCAN/.test(plan))).toEqual([]);
    const byTime = plans.filter((plan) => /ORDER BY at/.test(plan));
    expect(byTime.length).toBeGreaterThan(2);
    for (const plan of byTime) expect(plan).toMatch(/USING (?:COVERING )?INDEX statefun_at/);
  });
});

describe("a window of an object", () => {
  it.each([
    ["in the head", headLimits, 1, 0],
    ["in rows of their own", noHead, 3, 5],
  ] as const)("looks nowhere else than where it writes, %s", async (_, limits, writes, reads) => {
    const { statements, subject } = await watched(limits);
    subject.commit({ cells: [cell(1)] });
    subject.commit({ cells: [cell(1)] });
    statements.length = 0;
    subject.commit({
      cells: [cell(1)],
      linksIn: added({ link: "l", epoch: 1, last: 2, seenAt: 3 }),
    });
    // Its state, its link and its progress: read, where they are, and written. And whether it has to be woken.
    const isWritten = (sql: string) => !/^(?:SELECT|BEGIN|COMMIT)/.test(sql);
    expect(statements.filter((sql) => isWritten(sql))).toHaveLength(writes);
    expect(statements.filter((sql) => /^SELECT/.test(sql)).length).toBeLessThanOrEqual(reads);
    subject.store.close();
  });

  /** What 200 windows cost the thread in milliseconds, in a store that has so many keys, records and states. */
  async function costBeside(count: number): Promise<number> {
    const { subject } = await watched();
    const keys = Array.from({ length: count }, (_, index) =>
      accepted(`key ${index}`, index + 1, { expiresAt: 1e9 + index }),
    );
    const kept = Array.from({ length: count }, (_, index) =>
      record(index + 1, { expiresAt: 1e9 + index }),
    );
    const cells = Array.from({ length: count }, (_, index) => cell(index, { expiresAt: 1e9 }));
    subject.commit({ accepted: keys, egress: added(...kept), cells });
    await subject.reopen();
    const before = all(subject).length;
    subject.commit({ time: 1e6 });
    const used = process.threadCpuUsage();
    for (let window = 1; window <= 200; window += 1) {
      const time = 1e6 + window * 5_000;
      subject.commit({
        time,
        accepted: [accepted(`new ${window}`, count + window, { expiresAt: 2e9 })],
        renewed: [{ cell: window, expiresAt: 2e9 }],
        cells: [cell(count + window, { value: undefined })],
        keep: [{ egress: "demo/out", maxRecords: count }],
      });
    }
    const { user, system } = process.threadCpuUsage(used);
    expect(all(subject).length).toBeGreaterThan(before / 2);
    subject.store.close();
    return (user + system) / 1_000;
  }

  it("is as fast with many keys, records and states as without", async () => {
    // What runs for the first time is slow.
    await costBeside(500);
    const [few, many] = [await costBeside(500), await costBeside(20_000)];
    console.log(`200 windows beside 500 of each: ${few} ms, beside 20,000: ${many} ms`);
    // A walk over all rows of a kind takes several milliseconds in each window, which takes half of one.
    expect(many / few).toBeLessThan(3);
  });
});
