import { describe, expect, it } from "vitest";
import type { SqlDriver } from "../../src/store/drivers/sql-driver.ts";
import { currentSchema } from "../../src/store/file/sql-schema.ts";
import { createSqlStore } from "../../src/store/file/sql-store.ts";
import type { Migration, Schema } from "../../src/store/schema.ts";
import { openNodeSqlite } from "../../src/store/sqlite/node-sqlite-driver.ts";
import { thrown } from "./checks.ts";
import { added, emptyWindow, message } from "./records.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

const addColumn = (to: number): Migration => ({
  to,
  run: (driver) => void driver.exec(`ALTER TABLE messages ADD COLUMN new_in_${to} INTEGER`),
});

/** Schemas to come: each version has one column more. */
function schema(version: number, readableBy = version): Schema {
  const migrations = [2, 3, 4].filter((to) => to <= version).map(addColumn);
  return {
    version,
    readableBy,
    migrations,
    create: (driver) => {
      currentSchema.create(driver);
      for (const migration of migrations) migration.run(driver);
    },
  };
}

const storeOf = (path: string, its: Schema) =>
  createSqlStore(() => openNodeSqlite(path, "normal"), its);

async function written(its: Schema): Promise<string> {
  const path = newPath();
  const store = storeOf(path, its);
  await store.open();
  store.commit({ ...emptyWindow(1), messages: added(message(1)) });
  store.close();
  return path;
}

/** The version that a file says it has, and the columns that came with later ones. */
async function stateOf(path: string): Promise<{ version: unknown; columns: readonly unknown[] }> {
  const driver: SqlDriver = await openNodeSqlite(path, "normal");
  const [row] = driver.exec("SELECT schema FROM statefun");
  const columns = driver.exec("SELECT name FROM pragma_table_info('messages')");
  driver.close();
  const added = columns.map(({ name }) => String(name)).filter((name) => name.startsWith("new_in"));
  return { version: row?.["schema"], columns: added };
}

describe("the schema of a SQL store", () => {
  it("is brought up from any older version, step by step, and keeps what is stored", async () => {
    for (const from of [1, 2, 3]) {
      const path = await written(schema(from));
      const store = storeOf(path, schema(4));
      expect(await store.open()).toMatchObject({ sequence: 1 });
      expect(store.messages(0, 9)).toEqual([message(1)]);
      store.commit({ ...emptyWindow(2), messages: added(message(2)) });
      store.close();
      const columns = ["new_in_2", "new_in_3", "new_in_4"];
      expect(await stateOf(path)).toEqual({ version: 4, columns });
    }
  });

  it("is the same in a new file", async () => {
    const path = await written(schema(3));
    expect(await stateOf(path)).toEqual({ version: 3, columns: ["new_in_2", "new_in_3"] });
  });

  it("stays as it was when a step fails, and can be brought up the next time", async () => {
    const path = await written(schema(1));
    const good = schema(3);
    const failing: Migration = {
      to: 3,
      run: () => {
        throw new Error("no space");
      },
    };
    const bad = { ...good, migrations: [...schema(2).migrations, failing] };
    const { message: text } = await thrown("store_failed", () => storeOf(path, bad).open());
    expect(text).toMatch(/^the store .* failed: no space$/);
    expect(await stateOf(path)).toEqual({ version: 1, columns: [] });
    const store = storeOf(path, good);
    await store.open();
    store.close();
    expect(await stateOf(path)).toMatchObject({ version: 3 });
  });

  it("is left alone by older code that may use it, and refused by code that may not", async () => {
    const path = await written(schema(3, 2));
    const store = storeOf(path, schema(2));
    await store.open();
    store.commit({ ...emptyWindow(2), messages: added(message(2)) });
    store.close();
    expect(await stateOf(path)).toMatchObject({ version: 3 });
    const { message: text } = await thrown("store_newer", () => storeOf(path, schema(1)).open());
    expect(text).toMatch(
      /schema version 3, which code of version 2 or later can read: this code has version 1, so update/,
    );
    const again = storeOf(path, schema(3, 2));
    expect(await again.open()).toMatchObject({ sequence: 2 });
    again.close();
  });

  it("has a step for each version from 2 to its own", () => {
    const { version, readableBy, migrations } = currentSchema;
    expect(migrations.map(({ to }) => to)).toEqual(
      Array.from({ length: version - 1 }, (_, index) => index + 2),
    );
    expect(readableBy).toBeLessThanOrEqual(version);
  });
});
