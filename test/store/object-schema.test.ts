import { describe, expect, it } from "vitest";
import { objectSchema } from "../../src/store/object/object-schema.ts";
import { createObjectStore } from "../../src/store/object/object-store.ts";
import type { Migration, Schema } from "../../src/store/schema.ts";
import { openNodeSqlite } from "../../src/store/sqlite/node-sqlite-driver.ts";
import { thrown } from "./checks.ts";
import { added, emptyWindow, message } from "./records.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

const addColumn = (to: number): Migration => ({
  to,
  run: (driver) => void driver.exec(`ALTER TABLE statefun ADD COLUMN new_in_${to} INTEGER`),
});

/** Schemas to come: each version has one column more. */
function schema(version: number, readableBy = version): Schema {
  const migrations = [2, 3, 4].filter((to) => to <= version).map(addColumn);
  return {
    version,
    readableBy,
    migrations,
    create: (driver) => {
      objectSchema.create(driver);
      for (const migration of migrations) migration.run(driver);
    },
  };
}

const storeOf = (path: string, its: Schema) =>
  createObjectStore(() => openNodeSqlite(path, "normal"), its);

async function written(its: Schema): Promise<string> {
  const path = newPath();
  const store = storeOf(path, its);
  await store.open();
  store.commit({ ...emptyWindow(1), messages: added(message(1)) });
  store.close();
  return path;
}

/** The versions that a database says, and the columns that came with later ones. */
async function stateOf(path: string): Promise<readonly unknown[]> {
  const driver = await openNodeSqlite(path, "normal");
  const [row] = driver.exec("SELECT number, at FROM statefun WHERE kind = 0");
  const columns = driver.exec("SELECT name FROM pragma_table_info('statefun')");
  driver.close();
  const later = columns.filter(({ name }) => String(name).startsWith("new_in"));
  return [row?.["number"], row?.["at"], later.length];
}

describe("the schema of an object", () => {
  it("is brought up from any older version, step by step, and keeps what is stored", async () => {
    for (const from of [1, 2, 3]) {
      const path = await written(schema(from));
      const store = storeOf(path, schema(4, 3));
      expect(await store.open()).toMatchObject({ sequence: 1 });
      expect(store.messages(0, 9)).toEqual([message(1)]);
      store.commit({ ...emptyWindow(2), messages: added(message(2)) });
      store.close();
      expect(await stateOf(path)).toEqual([4, 3, 3]);
    }
  });

  it("is made by the first window, and by nothing before", async () => {
    const path = newPath();
    const store = storeOf(path, schema(3, 2));
    await store.open();
    expect(store.isForgettable(0)).toBe(true);
    store.close();
    const driver = await openNodeSqlite(path, "normal");
    expect(driver.exec("SELECT name FROM sqlite_schema")).toEqual([]);
    driver.close();
    expect(await stateOf(await written(schema(3, 2)))).toEqual([3, 2, 2]);
  });

  it("stays as it was when a step fails, and can be brought up the next time", async () => {
    const path = await written(schema(1));
    const failing: Migration = {
      to: 3,
      run: () => {
        throw new Error("no space");
      },
    };
    const bad = { ...schema(3), migrations: [...schema(2).migrations, failing] };
    const { message: text } = await thrown("store_failed", () => storeOf(path, bad).open());
    expect(text).toMatch(/^the store .* failed: no space$/);
    expect(await stateOf(path)).toEqual([1, 1, 0]);
    const store = storeOf(path, schema(3));
    await store.open();
    store.close();
    expect(await stateOf(path)).toEqual([3, 3, 2]);
  });

  it("is left alone by older code that may use it, and refused by code that may not", async () => {
    const path = await written(schema(3, 2));
    const store = storeOf(path, schema(2));
    await store.open();
    store.commit({ ...emptyWindow(2), messages: added(message(2)) });
    store.close();
    expect(await stateOf(path)).toEqual([3, 2, 2]);
    const { message: text } = await thrown("store_newer", () => storeOf(path, schema(1)).open());
    expect(text).toMatch(
      /schema version 3, which code of version 2 or later can read: this code has version 1, so update/,
    );
  });

  it("is refused where the progress is missing, or the table is somebody else's", async () => {
    const path = await written(objectSchema);
    const driver = await openNodeSqlite(path, "normal");
    driver.exec("DELETE FROM statefun WHERE kind = 0");
    driver.close();
    const open = () => storeOf(path, objectSchema).open();
    expect((await thrown("store_failed", open)).message).toMatch(/its progress is missing$/);
    const theirs = newPath();
    const other = await openNodeSqlite(theirs, "normal");
    other.exec("CREATE TABLE statefun (schema INTEGER, readable_by INTEGER)");
    other.close();
    const openTheirs = () => storeOf(theirs, objectSchema).open();
    expect((await thrown("store_failed", openTheirs)).message).toMatch(/no such column/);
  });

  it("has a step for each version from 2 to its own", () => {
    const { version, readableBy, migrations } = objectSchema;
    expect(migrations.map(({ to }) => to)).toEqual(
      Array.from({ length: version - 1 }, (_, index) => index + 2),
    );
    expect(readableBy).toBeLessThanOrEqual(version);
  });
});
