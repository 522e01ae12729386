import { statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Store } from "../../src/engine/contract/store.ts";
import { currentSchema } from "../../src/store/file/sql-schema.ts";
import { createSqlStore } from "../../src/store/file/sql-store.ts";
import { tables } from "../../src/store/file/sql-tables.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import type { Migration, Schema } from "../../src/store/schema.ts";
import { openNodeSqlite } from "../../src/store/sqlite/node-sqlite-driver.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { canonical } from "./checks.ts";
import { fixtureUniverse, fixtureWindowsOf, nextWindow } from "./fixture-windows.ts";
import { emptyWindow, message } from "./records.ts";
import { snapshot } from "./snapshot.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

/** Of the header of a log and of each page in it. */
const [logHeaderBytes, frameBytes] = [32, 4_096 + 24];

const storeOf = (path: string, schema: Schema) =>
  createSqlStore(() => openNodeSqlite(path, "normal"), schema);

/** The version behind the present one, with a step that does this. */
function nextSchema(...statements: readonly string[]): Schema {
  const version = currentSchema.version + 1;
  const step: Migration = {
    to: version,
    run: (driver) => {
      for (const statement of statements) driver.exec(statement);
    },
  };
  return { ...currentSchema, version, migrations: [...currentSchema.migrations, step] };
}

async function written(rows: number): Promise<string> {
  const path = newPath();
  const store = storeOf(path, currentSchema);
  await store.open();
  for (let from = 0, sequence = 1; from < rows; from += 10_000, sequence += 1) {
    const count = Math.min(10_000, rows - from);
    const added = Array.from({ length: count }, (_, index) => message(from + index + 1));
    store.commit({ ...emptyWindow(sequence), messages: { added, removed: [] } });
  }
  store.close();
  return path;
}

/** How many pages opening with a schema has written, and the store. */
async function migrated(path: string, schema: Schema) {
  const store = storeOf(path, schema);
  await store.open();
  const pages = (statSync(`${path}-wal`).size - logHeaderBytes) / frameBytes;
  return { pages, store };
}

const columns = [
  "ALTER TABLE messages ADD COLUMN note TEXT",
  "ALTER TABLE messages ADD COLUMN weight INTEGER NOT NULL DEFAULT 1",
];

describe("a migration of a file that adds columns", () => {
  it("writes as few pages with 100,000 rows as with ten, unlike one that rewrites them", async () => {
    const [few, many, other] = [await written(10), await written(100_000), await written(100_000)];
    const small = await migrated(few, nextSchema(...columns));
    const large = await migrated(many, nextSchema(...columns));
    const rewritten = await migrated(
      other,
      nextSchema("UPDATE messages SET attempts = attempts + 1"),
    );
    expect(small.pages).toBeGreaterThan(0);
    expect(large.pages).toBe(small.pages);
    expect(rewritten.pages).toBeGreaterThan(1_000);
    expect(large.store.messages(99_997, 9)).toEqual(
      [99_998, 99_999, 100_000].map((n) => message(n)),
    );
    for (const { store } of [small, large, rewritten]) store.close();
  });

  it("is possible for every table, which code that does not know the columns reads and writes", async () => {
    const path = newPath();
    const before = storeOf(path, currentSchema);
    await before.open();
    const windows = fixtureWindowsOf("file", currentSchema.version);
    for (const window of windows) before.commit(window);
    before.close();
    const later = Object.keys(tables).flatMap((table) => [
      `ALTER TABLE ${table} ADD COLUMN later TEXT`,
      `ALTER TABLE ${table} ADD COLUMN latest INTEGER NOT NULL DEFAULT 7`,
    ]);
    const { store } = await migrated(path, nextSchema(...later));
    const oracle = engineStoreOf(memoryStore());
    await oracle.open();
    for (const window of windows) oracle.commit(window);
    const all = (one: Store) => canonical(snapshot(one, fixtureUniverse, 80, false));
    expect(all(store)).toBe(all(oracle));
    store.commit(nextWindow);
    oracle.commit(nextWindow);
    expect(all(store)).toBe(all(oracle));
    store.close();
  });

  it("is possible for the table of what cannot be read, where older code puts more", async () => {
    const path = await written(3);
    const schema = nextSchema(
      "CREATE TABLE damaged (owner TEXT NOT NULL, reason TEXT NOT NULL, data TEXT NOT NULL, later TEXT)",
      "UPDATE messages SET typename = 5 WHERE number = 2",
      "UPDATE messages SET headers = 'text' WHERE number = 2",
    );
    const store = storeOf(path, schema);
    const reports: string[] = [];
    await store.open((error) => void reports.push(error.message));
    expect(store.messages(0, 9).map(({ number }) => number)).toEqual([1, 3]);
    expect(reports).toEqual([expect.stringMatching(/it is moved aside$/)]);
    store.close();
  });
});
