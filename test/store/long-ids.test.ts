import { chmodSync, copyFileSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import type { Store } from "../../src/engine/contract/store.ts";
import { keyedHash } from "../../src/store/file/keyed-hash.ts";
import type { HashId } from "../../src/store/file/sql-places.ts";
import { currentSchema } from "../../src/store/file/sql-schema.ts";
import { createSqlStore } from "../../src/store/file/sql-store.ts";
import { openNodeSqlite } from "../../src/store/sqlite/node-sqlite-driver.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { listed } from "./cases/addresses.ts";
import { changedStore } from "./changed-driver.ts";
import { thrown } from "./checks.ts";
import { address, cell, emptyWindow, value } from "./records.ts";
import { temporaryFiles } from "./temporary.ts";
import { fixturePath } from "./write-fixtures.ts";

const newPath = temporaryFiles();

async function opened(path: string, hash?: HashId): Promise<Store> {
  const store = createSqlStore(() => openNodeSqlite(path, "normal"), currentSchema, hash);
  await store.open();
  return store;
}

const long = (text: string): string => text + "i".repeat(300);
const numbersOf = (store: Store, id: string): number[] =>
  [...store.load(address(id)).values()].map((one) => one.cell);

const hashes: readonly (readonly [string, HashId | undefined])[] = [
  ["their hash", undefined],
  ["one hash for all of them", () => 7],
  ["one of two hashes", (_, id) => id.length % 2],
];

describe.each(hashes)("states with long ids, found by %s", (_, hash) => {
  const ids = ["", "a", "b", "a\0", "\0a", "é", "🙂", "ab", "i", "ii", "\ud800"].map(long);

  it("are kept apart, by functions and by names too, and stay so after a restart", async () => {
    const path = newPath();
    let store = await opened(path, hash);
    const cells = ids.flatMap((id, index) => [
      cell(3 * index + 1, { address: address(id), name: "x" }),
      cell(3 * index + 2, { address: address(id), name: "y" }),
      cell(3 * index + 3, { address: address(id, "demo/other"), name: "x" }),
    ]);
    store.commit({ ...emptyWindow(1), lastCell: 99, cells });
    for (let life = 0; life < 2; life++) {
      for (const [index, id] of ids.entries()) {
        expect(numbersOf(store, id)).toEqual([3 * index + 1, 3 * index + 2]);
        expect(store.state(address(id), "y")?.cell).toBe(3 * index + 2);
        expect(store.stateNames(address(id, "demo/other"))).toEqual(["x"]);
        expect(numbersOf(store, `${id}i`).length).toBe(ids.includes(`${id}i`) ? 2 : 0);
      }
      store.close();
      store = await opened(path, hash);
    }
    store.close();
  });

  it("are deleted one by one, and made again beside those that stayed", async () => {
    const store = await opened(newPath(), hash);
    const [one = "", two = "", three = ""] = ids;
    const at = (number: number, id: string) => cell(number, { address: address(id), name: "x" });
    store.commit({ ...emptyWindow(1), lastCell: 9, cells: [at(1, one), at(2, two), at(3, three)] });
    const gone = { value: undefined };
    store.commit({ ...emptyWindow(2), lastCell: 9, cells: [{ ...at(1, one), ...gone }] });
    store.commit({ ...emptyWindow(3), lastCell: 9, cells: [at(4, one)] });
    expect([one, two, three].map((id) => numbersOf(store, id))).toEqual([[4], [2], [3]]);
    const again = { ...emptyWindow(4), lastCell: 9, cells: [at(5, two)] };
    await thrown("store_failed", () => store.commit(again));
    expect([one, two, three].map((id) => numbersOf(store, id))).toEqual([[4], [2], [3]]);
    store.close();
  });
});

describe.each(hashes)("lists of long ids, found by %s", (_, hash) => {
  it("have each of them once, in order, however many begin alike and however many states one has", async () => {
    const store = await opened(newPath(), hash);
    const common = "i".repeat(1_000);
    const ids = Array.from({ length: 1_500 }, (_unused, index) => `${common}${index}`);
    ids.push("a".repeat(50), "z".repeat(50), "short", `${common.slice(0, 70)}🙂`);
    const cells = ids.map((id, index) => cell(index + 1, { address: address(id), name: "x" }));
    for (let number = 0; number < 40; number += 1) {
      const name = `y${number}`;
      cells.push(cell(ids.length + number + 1, { address: address(`${common}7`), name }));
    }
    store.commit({ ...emptyWindow(1), lastCell: cells.length, cells });
    const { addresses } = store;
    if (addresses === undefined) throw new Error("no lists");
    expect(listed(addresses, "demo/fn", { limit: 400 })).toEqual([...ids].sort());
    const prefix = `${common}14`;
    const wanted = ids.filter((id) => id.startsWith(prefix)).sort();
    expect(listed(addresses, "demo/fn", { limit: 10, prefix })).toEqual(wanted);
    const few = { prefix: "", after: undefined, limit: 3 };
    // Something else may come before what was looked at.
    let page = addresses.withStates("demo/fn", few);
    expect(page.ids).toEqual(["a".repeat(50)]);
    page = addresses.withStates("demo/fn", { ...few, after: page.ids[0] });
    for (let calls = 0; page.scan !== undefined; calls += 1) {
      if (calls > 20) throw new Error("it does not end");
      expect(page.ids).toEqual([]);
      page = addresses.withStates("demo/fn", { ...few, after: "a".repeat(50) }, page.scan);
    }
    expect(page.ids).toEqual(["0", "1", "10"].map((end) => `${common}${end}`));
    store.close();
  });
});

it("an id of 48 characters is found by itself, one of 49 by its hash", async () => {
  const asked: string[] = [];
  const store = await opened(newPath(), (_, id) => asked.push(id));
  const ids = [47, 48, 49, 50].map((length) => "i".repeat(length));
  const cells = ids.map((id, index) => cell(index + 1, { address: address(id), name: "x" }));
  store.commit({ ...emptyWindow(1), lastCell: 4, cells });
  store.close();
  expect(asked).toEqual(ids.slice(2));
});

it("the hash has as many values as 32 bits have, and others with another key", () => {
  const keys = [
    { low: 1, high: 2 },
    { low: 1, high: 3 },
  ];
  const texts = Array.from({ length: 20_000 }, (_, index) => long(String(index)));
  const [first = [], second = []] = keys.map((key) => texts.map((text) => keyedHash(key, text)));
  // Of so many about 0.05 pairs have the same one.
  expect(new Set(first).size).toBeGreaterThan(19_990);
  expect(first.filter((hash, index) => hash === second[index]).length).toBeLessThan(5);
  for (const bit of [0, 7, 15, 16, 24, 31]) {
    const ones = first.filter((hash) => (hash >>> bit) & 1).length;
    expect(Math.abs(ones - 10_000)).toBeLessThan(500);
  }
});

it("an address with an id of 1,000 characters takes at most 1,500 bytes of the file", async () => {
  const path = newPath();
  const store = await opened(path);
  const count = 5_000;
  for (let from = 0; from < count; from += 1_000) {
    const cells = Array.from({ length: 1_000 }, (_, index) => {
      const id = String(from + index).padStart(1_000, "i");
      return cell(from + index + 1, { address: address(id), name: "count", value: value("12345") });
    });
    store.commit({ ...emptyWindow(from / 1_000 + 1), lastCell: count, cells });
  }
  store.close();
  expect(statSync(path).size / count).toBeLessThanOrEqual(1_500);
});

/** A file of version 1 with states of many addresses, and some that cannot be read. */
function oldFile(): string {
  const path = newPath();
  copyFileSync(fixturePath("file", 1), path);
  chmodSync(path, 0o600);
  const database = new DatabaseSync(path);
  database.exec("BEGIN; UPDATE progress SET last_cell = 5000");
  const cells = database.prepare("INSERT INTO cells VALUES (?, 'demo/fn', ?, 'state1')");
  const states = database.prepare("INSERT INTO states (cell, type, value) VALUES (?, 1, X'01')");
  for (let number = 1_001; number <= 4_500; number++) {
    cells.run(number, number % 2 === 0 ? long(String(number)) : String(number));
    states.run(number);
  }
  database.exec(`INSERT INTO cells VALUES (4600, X'FF', 'id', 'state1');
    INSERT INTO cells VALUES (9007199254740993, 'demo/fn', 'id', 'state2'); COMMIT`);
  database.close();
  return path;
}

describe("a file of version 1", () => {
  it("is brought up with all of its states, and what cannot be read is put aside", async () => {
    const path = oldFile();
    const store = await opened(path);
    for (let number = 1_001; number <= 4_500; number++) {
      const id = number % 2 === 0 ? long(String(number)) : String(number);
      if (numbersOf(store, id)[0] !== number) throw new Error(`${number} is gone`);
    }
    const next = cell(4_501, { address: address(long("new")), name: "state1" });
    store.commit({ ...emptyWindow(3), lastCell: 5_000, lastNumber: 40, cells: [next] });
    store.close();
    const database = new DatabaseSync(path);
    const rows = database.prepare("SELECT data FROM damaged WHERE owner = 'cells'").all();
    expect(rows.map(({ data }) => data)).toEqual([
      "9007199254740993, 'demo/fn', 'id', 'state2'",
      "4600, X'FF', 'id', 'state1'",
    ]);
    database.close();
  });

  it("stays as it was when the process ends meanwhile, and is brought up the next time", async () => {
    const path = oldFile();
    for (const end of [1, 2_000, 3_400]) {
      let left = end;
      const dying = changedStore(path, (driver) => ({
        exec(sql, ...params) {
          if (sql.startsWith("INSERT INTO cells") && --left === 0) throw new Error("it ended");
          return driver.exec(sql, ...params);
        },
      }));
      await thrown("store_failed", () => engineStoreOf(dying).open());
      const database = new DatabaseSync(path);
      expect(database.prepare("SELECT schema FROM statefun").get()).toEqual({ schema: 1 });
      database.close();
    }
    const store = await opened(path);
    expect(numbersOf(store, long("4500"))).toEqual([4_500]);
    store.close();
  });
});
