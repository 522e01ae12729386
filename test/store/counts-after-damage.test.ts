import { describe, expect, it } from "vitest";
import type { SqlDriver } from "../../src/store/drivers/sql-driver.ts";
import * as kinds from "../../src/store/object/object-kinds.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { changedStore, objectStore, noHead } from "./changed-driver.ts";
import { added, dead, emptyWindow, record } from "./records.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

/** Each with what damages the first row of a table while it is open. */
const stores = [
  {
    name: "a file",
    open: (hold: (driver: SqlDriver) => void) =>
      changedStore(newPath(), (driver) => {
        hold(driver);
        return {};
      }),
    damage: (driver: SqlDriver, table: "dead" | "kept") =>
      driver.exec(`UPDATE ${table} SET headers = x'ff' WHERE number = 1`),
  },
  {
    name: "an object",
    open: (hold: (driver: SqlDriver) => void) =>
      objectStore(
        newPath(),
        (driver) => {
          hold(driver);
          return {};
        },
        noHead,
      ),
    damage: (driver: SqlDriver, table: "dead" | "kept") => {
      const kind = table === "dead" ? kinds.dead : kinds.kept;
      const [row] = driver.exec("SELECT key FROM statefun WHERE kind = ? ORDER BY key", kind);
      const key = row?.["key"] ?? null;
      driver.exec("UPDATE statefun SET data = x'ff' WHERE kind = ? AND key IS ?", kind, key);
    },
  },
] as const;

it("counts kept records again on an object, after one with a number beyond all numbers was put aside", async () => {
  let held: SqlDriver | undefined;
  const store = engineStoreOf(
    objectStore(
      newPath(),
      (driver) => {
        held = driver;
        return {};
      },
      noHead,
    ),
  );
  await store.open(() => {});
  const keep = [{ egress: "demo/out", maxRecords: 2 }];
  const kept = (number: number) => record(number, { expiresAt: 1e6 });
  store.commit({ ...emptyWindow(1), time: 10, egress: added(kept(1), kept(2)), keep });
  const numbers = () => store.kept("demo/out", 0, 9, 10).map(({ number }) => number);
  expect(numbers()).toEqual([1, 2]);
  const [row] =
    held?.exec("SELECT key FROM statefun WHERE kind = ? ORDER BY key", kinds.kept) ?? [];
  const sql = "UPDATE statefun SET number = 9223372036854775807 WHERE kind = ? AND key IS ?";
  held?.exec(sql, kinds.kept, row?.["key"] ?? null);
  expect(numbers()).toEqual([2]);
  store.commit({ ...emptyWindow(2), time: 10, egress: added(kept(3)), keep });
  expect(numbers()).toEqual([2, 3]);
  store.close();
});

describe.each(stores)("what $name has counted, after a row was put aside", ({ open, damage }) => {
  async function opened() {
    let held: SqlDriver | undefined;
    const store = engineStoreOf(
      open((driver) => {
        held = driver;
      }),
    );
    await store.open(() => {});
    let sequence = 0;
    const commit = (parts: Partial<ReturnType<typeof emptyWindow>>): void => {
      sequence += 1;
      store.commit({ ...emptyWindow(sequence), time: 10, ...parts });
    };
    const spoil = (table: "dead" | "kept"): void => {
      if (held === undefined) throw new Error("the store is not open");
      damage(held, table);
    };
    return { store, commit, spoil };
  }

  it("is the number of dead letters that are left, also where one was read by its number", async () => {
    for (const read of ["page", "number"]) {
      const { store, commit, spoil } = await opened();
      commit({ dead: added(dead(1), dead(2)) });
      expect(store.countDead()).toBe(2);
      spoil("dead");
      if (read === "page") expect(store.dead(0, 9)).toHaveLength(1);
      else expect(store.deadAt(1)).toBeUndefined();
      expect(store.countDead()).toBe(1);
      store.close();
    }
  });

  it("does not let a kept record go too early", async () => {
    const { store, commit, spoil } = await opened();
    const keep = [{ egress: "demo/out", maxRecords: 2 }];
    const kept = (number: number) => record(number, { expiresAt: 1e6 });
    commit({ egress: added(kept(1), kept(2)), keep });
    spoil("kept");
    const numbers = () => store.kept("demo/out", 0, 9, 10).map(({ number }) => number);
    expect(numbers()).toEqual([2]);
    commit({ egress: added(kept(3)), keep });
    expect(numbers()).toEqual([2, 3]);
    store.close();
  });
});
