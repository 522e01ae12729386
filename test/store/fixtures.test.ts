import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { LinkWindow, Store } from "../../src/engine/contract/store.ts";
import { currentSchema } from "../../src/store/file/sql-schema.ts";
import { sqliteStore } from "../../src/store/file/sqlite-store.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import * as kinds from "../../src/store/object/object-kinds.ts";
import { objectSchema } from "../../src/store/object/object-schema.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { objectStore } from "./changed-driver.ts";
import { canonical } from "./checks.ts";
import { fixtureUniverse, fixtureWindowsOf, nextWindow } from "./fixture-windows.ts";
import { snapshot } from "./snapshot.ts";
import { headRowsOf, rowsOf } from "./stored-rows.ts";
import { hasLinks } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";
import { fixturePath } from "./write-fixtures.ts";

const newPath = temporaryFiles();

const layouts = [
  { layout: "file", schema: currentSchema, openStore: (path: string) => sqliteStore(path) },
  { layout: "object", schema: objectSchema, openStore: (path: string) => objectStore(path) },
] as const;

const fixtures = layouts.flatMap(({ layout, schema, openStore }) =>
  Array.from({ length: schema.version }, (_, index) => {
    const version = index + 1;
    const open = () => {
      const path = newPath();
      copyFileSync(fixturePath(layout, version), path);
      chmodSync(path, 0o600);
      return () => engineStoreOf(openStore(path));
    };
    return { layout, version, open, windows: fixtureWindowsOf(layout, version) };
  }),
);

const all = (store: Store, like: Store = store) =>
  canonical(snapshot(store, fixtureUniverse, 80, hasLinks(like)));

/** What a store without bytes has of the same windows. */
async function expected(windows: readonly LinkWindow[]): Promise<Store> {
  const store = engineStoreOf(memoryStore());
  await store.open();
  for (const window of windows) store.commit(window);
  return store;
}

describe("a database that a version left", () => {
  it.each(fixtures)("$layout of version $version, is read back to the last byte", async (one) => {
    const store = one.open()();
    const { opener: _, ...head } = one.windows.at(-1) as LinkWindow;
    expect(head).toMatchObject(await store.open());
    expect(all(store)).toBe(all(await expected(one.windows), store));
    store.close();
  });

  it.each(fixtures)("$layout of version $version, goes on with its history", async (one) => {
    const newStore = one.open();
    const store = newStore();
    await store.open();
    store.commit(nextWindow);
    store.close();
    const again = newStore();
    expect(await again.open()).toMatchObject({ sequence: 3, lastNumber: 43, isClean: false });
    expect(all(again)).toBe(all(await expected([...one.windows, nextWindow]), again));
    again.close();
  });
});

it("a file with rows of links, which files had once, keeps them as they are", async () => {
  const path = newPath();
  copyFileSync(fixturePath("file", 1), path);
  chmodSync(path, 0o600);
  const rows = () => {
    const database = new DatabaseSync(path);
    const found = ["outbox", "links_out", "links_in"].map((table) =>
      database.prepare(`SELECT * FROM ${table}`).all(),
    );
    database.close();
    return found;
  };
  const before = rows();
  expect(before.every((found) => found.length > 0)).toBe(true);
  const store = engineStoreOf(sqliteStore(path));
  await store.open();
  store.commit(nextWindow);
  store.close();
  expect(rows()).toEqual(before);
});

/** Kinds of rows that earlier versions have not. */
const since = new Map([
  [kinds.paused, 3],
  [kinds.reported, 3],
]);

describe("the fixtures", () => {
  it("are there for each version of each layout, and for no other", () => {
    const names = fixtures.map(({ layout, version }) => `${layout}-${version}.db`);
    const folder = fileURLToPath(new URL("fixtures", import.meta.url));
    expect(readdirSync(folder).sort()).toEqual(names.sort());
  });

  it("have every kind of row and something in every table", () => {
    for (const { layout, version } of fixtures) {
      const path = newPath();
      copyFileSync(fixturePath(layout, version), path);
      const database = new DatabaseSync(path);
      const empty: unknown[] = [];
      const count = (from: string) =>
        database.prepare(`SELECT count(*) AS count FROM ${from}`).get()?.["count"];
      if (layout === "object") {
        const found = new Set(rowsOf(path).map(({ kind }) => kind));
        for (const [name, kind] of Object.entries(kinds)) {
          if (!found.has(kind) && version >= (since.get(kind) ?? 1)) empty.push(name);
        }
        const own = Number(count("statefun WHERE kind NOT IN (0, 32)"));
        const packed = headRowsOf(path).length;
        expect([version, packed > 0, own > 0]).toEqual([version, version > 1, true]);
      } else {
        const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'");
        for (const { name } of tables.all()) if (count(String(name)) === 0) empty.push(name);
      }
      database.close();
      // What cannot be read is put there, and no window has such a thing.
      expect(empty.filter((name) => name !== "damaged")).toEqual([]);
    }
  });

  it("are never written over by the script that writes them", () => {
    const paths = layouts.map(({ layout, schema }) => fixturePath(layout, schema.version));
    const before = paths.map((path) => readFileSync(path));
    const script = fileURLToPath(new URL("write-fixtures.ts", import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr.match(/exists: files of version \d+ are out, raise the version/g)).toHaveLength(
      2,
    );
    expect(paths.map((path) => readFileSync(path))).toEqual(before);
  });
});
