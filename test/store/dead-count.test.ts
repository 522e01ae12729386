import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { changed, changedStore, hearing } from "./changed-driver.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { added, dead, removed } from "./records.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();
const counting = /SELECT count\(\*\) AS count FROM dead/;

describe("the number of dead letters in a file", () => {
  it("is counted once, and then kept with each window", async () => {
    const counts: string[] = [];
    const heard = (sql: string): void => {
      if (counting.test(sql)) counts.push(sql);
    };
    const path = newPath();
    const subject = await Subject.open(
      () => () => changedStore(path, (driver) => hearing(driver, heard)),
    );
    const { store } = subject;
    subject.commit({ dead: added(dead(1), dead(2), dead(3)) });
    expect(store.countDead()).toBe(3);
    subject.commit({ dead: { added: [dead(4)], removed: [1] } });
    expect(store.countDead()).toBe(3);
    // One that is not there takes nothing away.
    subject.commit({ dead: removed(1, 2, 99) });
    expect(store.countDead()).toBe(2);
    expect(counts).toHaveLength(1);
    store.close();
  });

  it("is right after a window that was rolled back", async () => {
    let isRefused = false;
    const subject = await Subject.open(
      () => () =>
        changedStore(newPath(), (driver) =>
          changed(driver, {
            transaction: (body) =>
              driver.transaction(() => {
                const result = body();
                if (isRefused) throw new Error("no disk");
                return result;
              }),
          }),
        ),
    );
    const { store } = subject;
    subject.commit({ dead: added(dead(1), dead(2)) });
    expect(store.countDead()).toBe(2);
    isRefused = true;
    expect(() => subject.commit({ dead: { added: [dead(3)], removed: [1] } })).toThrow();
    isRefused = false;
    expect(store.countDead()).toBe(2);
    store.close();
  });

  it("is right after a letter that cannot be read was put aside", async () => {
    const path = newPath();
    const subject = await Subject.open(() => () => changedStore(path, () => ({})));
    subject.commit({ dead: added(dead(1), dead(2)) });
    subject.store.close();
    const database = new DatabaseSync(path);
    database.exec("UPDATE dead SET headers = x'ff' WHERE number = 1");
    database.close();
    const store = engineStoreOf(changedStore(path, () => ({})));
    await store.open(() => {});
    expect(store.countDead()).toBe(2);
    expect(store.dead(0, 9).map(({ number }) => number)).toEqual([2]);
    expect(store.countDead()).toBe(1);
    store.close();
  });
});
