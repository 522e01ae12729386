import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { changedStore, objectStore, hearing, noHead } from "./changed-driver.ts";
import { added, address, cell, message, record, timer } from "./records.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

describe("the queries", () => {
  it("of a window do not ask by RETURNING what a count of changes says", async () => {
    const statements: string[] = [];
    const unpacked: typeof objectStore = (path, changesOf) => objectStore(path, changesOf, noHead);
    for (const store of [changedStore, objectStore, unpacked]) {
      const subject = await Subject.open(
        () => () =>
          store(newPath(), (driver) => hearing(driver, (sql) => void statements.push(sql))),
      );
      const egress = { added: [record(4, { expiresAt: 1e6 }), record(5)], removed: [3] };
      subject.commit({ cells: [cell(1)], messages: added(message(1)), egress });
      statements.length = 0;
      subject.commit({
        cells: [cell(1), cell(2)],
        messages: { added: [message(6)], removed: [1] },
        egress: { added: [record(7)], removed: [5] },
        timers: added(timer(8)),
      });
      subject.store.close();
      expect(statements.length).toBeGreaterThan(store === objectStore ? 0 : 6);
      // A name gets its number once.
      const asking = statements.filter((sql) => sql.includes("RETURNING"));
      expect(asking.filter((sql) => !sql.startsWith("INSERT INTO types"))).toEqual([]);
    }
  });

  it("all use an index, but those of what is counted", async () => {
    const path = newPath();
    const queries = new Set<string>();
    const subject = await Subject.open(
      () => () => changedStore(path, (driver) => hearing(driver, (sql) => void queries.add(sql))),
    );
    queries.clear();
    const { store } = subject;
    subject.commit({
      cells: [cell(1), cell(2, { value: undefined })],
      renewed: [{ cell: 1, expiresAt: 5 }],
      messages: { added: [], removed: [1] },
      attempts: [{ number: 1, attempts: 1, crashes: 1 }],
      timers: { added: [], removed: [1] },
      egress: { added: [record(4, { expiresAt: 9 })], removed: [1] },
      dead: { added: [], removed: [1] },
      keep: [{ egress: "demo/out", maxRecords: 0 }],
    });
    store.load(address("a"));
    store.stateNames(address("a"));
    store.state(address("a"), "state1");
    store.messages(0, 1);
    store.nextDue();
    store.dueTimers(1, 1);
    store.timerByToken("o", "t");
    store.timersOf("o", 1);
    store.timersOf("o", 1, 5);
    store.timerHeads(0, 1);
    store.timerHeads(0, 1, "demo/fn");
    store.timerAt(1);
    for (const after of [undefined, "a"]) {
      store.addresses?.withStates("demo/fn", { prefix: "", after, limit: 1 });
      store.addresses?.owners({ prefix: "", after, limit: 1 });
    }
    store.addresses?.sizes(address("a"), 1);
    store.unsentEgresses();
    store.unsent("e", 0, 1);
    store.kept("e", 0, 1, 1);
    store.dead(0, 1);
    store.dead(0, 1, "demo/fn");
    store.deadHeads(0, 1);
    store.deadHeads(0, 1, "demo/fn");
    store.deadAt(1);
    store.accepted(address("a"), "k");
    store.acceptedCall("c");
    store.position("p");
    store.close();
    const database = new DatabaseSync(path);
    const scans = [...queries]
      .filter((sql) => !/^(?:PRAGMA|BEGIN|COMMIT)/.test(sql))
      .flatMap((sql) => {
        const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`);
        const holes = Array.from({ length: sql.split("?").length - 1 }, () => 1);
        const steps = plan.all(...holes).map(({ detail }) => String(detail));
        return steps
          .filter((step) => /^SCAN (?!.*USING)/.test(step))
          .map((step) => `${step}: ${sql}`);
      });
    database.close();
    expect(queries.size).toBeGreaterThan(30);
    // One row, and what recursions have made themselves.
    expect(
      scans.filter((scan) => !/SCAN (?:progress|names|found|CONSTANT ROW)/.test(scan)),
    ).toEqual([]);
  });
});
