import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, vi } from "vitest";
import { type SqliteStoreOptions, sqliteStore } from "../../src/store/file/sqlite-store.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { thrown } from "./checks.ts";
import { added, address, cell, message, value } from "./records.ts";
import { endProcesses, linesOf } from "./store-processes.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();
endProcesses();

function open(path: string, options?: SqliteStoreOptions): Promise<Subject> {
  return Subject.open(() => () => sqliteStore(path, options));
}

/** A store with some pages of states, closed again. */
async function filled(): Promise<string> {
  const path = newPath();
  const subject = await open(path);
  const cells = Array.from({ length: 500 }, (_, n) => cell(n, { value: value("x".repeat(500)) }));
  subject.commit({ cells });
  subject.store.close();
  return path;
}

/** What opening says, which has to name the path. */
async function refused(code: string, path: string): Promise<string> {
  const { message: text } = await thrown(code, () => open(path));
  expect(text.startsWith(`the store ${path} `), text).toBe(true);
  return text;
}

describe("a store in a file", () => {
  it("is refused while somebody reads it, and opens afterwards", async () => {
    const path = await filled();
    const reader = new DatabaseSync(path);
    reader.exec("BEGIN");
    reader.prepare("SELECT * FROM progress").all();
    await refused("store_locked", path);
    reader.close();
    (await open(path)).store.close();
  });

  it("is refused where its directory is missing, or where there is one", async () => {
    expect(await refused("store_failed", join(newPath(), "store.db"))).toMatch(/unable to open/);
    const folder = newPath();
    mkdirSync(folder);
    expect(await refused("store_failed", folder)).toMatch(/unable to open/);
  });

  it("is refused when it is no database, and stays as it was", async () => {
    const path = newPath();
    const text = "not a database\n".repeat(500);
    writeFileSync(path, text);
    expect(await refused("store_failed", path)).toMatch(/failed: file is not a database$/);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it("is refused when it is another application's, and stays as it was", async () => {
    const path = newPath();
    const theirs = new DatabaseSync(path);
    theirs.exec("CREATE TABLE messages (text TEXT); INSERT INTO messages VALUES ('hello')");
    theirs.close();
    expect(await refused("store_failed", path)).toMatch(/messages already exists/);
    const again = new DatabaseSync(path);
    const tables = again.prepare("SELECT name FROM sqlite_schema").all();
    expect(tables.map(({ name }) => name)).toEqual(["messages"]);
    again.close();
  });

  it("is refused when its beginning is corrupt", async () => {
    const path = await filled();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0x5a, 100, 4_096));
    expect(await refused("store_failed", path)).toMatch(/malformed/);
  });

  it("says store_failed where it is corrupt further on, and keeps the cause", async () => {
    const path = await filled();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0x5a, bytes.length >> 1));
    const subject = await open(path);
    const { message: text, cause } = await thrown("store_failed", () => {
      subject.store.load(address("a"));
    });
    expect(text).toMatch(/^the store .* failed: database disk image is malformed$/);
    expect(cause).toMatchObject({ message: "database disk image is malformed" });
    subject.store.close();
  });

  it("is refused when the file may not be written", async () => {
    const path = await filled();
    // Nobody is kept from anything as root: the process is somebody else then.
    const options = process.getuid?.() === 0 ? { uid: 65_534 } : {};
    chmodSync(path, 0o444);
    // Its directory may be written: only the file may not.
    chmodSync(dirname(path), 0o777);
    const [line] = await linesOf("open", path, options);
    expect(line?.code).toBe("store_failed");
    expect(line?.reason).toMatch(
      /^the store .*\.db failed: .*\(its directory must exist, and both must be writable\)$/,
    );
  });

  it("opens after it was refused, by the same handle", async () => {
    const path = newPath();
    const holder = await open(path);
    const handle = sqliteStore(path);
    await thrown("store_locked", () => engineStoreOf(handle).open());
    holder.commit({ messages: added(message(1)) });
    holder.store.close();
    const store = engineStoreOf(handle);
    expect(await store.open()).toMatchObject({ sequence: 1 });
    store.close();
  });

  it("leaves one file after a close", async () => {
    const path = await filled();
    for (const companion of ["-wal", "-shm", "-journal"]) {
      expect(() => readFileSync(`${path}${companion}`)).toThrow(/ENOENT/);
    }
  });

  it("flushes at every commit when durability is full, as by default", async () => {
    const seen: unknown[] = [];
    for (const options of [{}, { durability: "full" }, { durability: "normal" }] as const) {
      const prepare = vi.spyOn(DatabaseSync.prototype, "prepare");
      const { store } = await open(newPath(), options);
      const database = prepare.mock.contexts.at(-1) as DatabaseSync;
      prepare.mockRestore();
      seen.push(database.prepare("PRAGMA synchronous").get()?.["synchronous"]);
      store.close();
    }
    expect(seen).toEqual([2, 2, 1]);
  });
});

describe("sqliteStore", () => {
  it("checks what it is given", () => {
    const wrong: readonly (readonly [unknown, unknown, RegExp])[] = [
      ["", {}, /the path of a store must not be empty/],
      [7, {}, /the path of a store must be a string/],
      [":memory:", {}, /path must name a file, got :memory: \(use memoryStore\(\)/],
      ["a.db", { durable: true }, /options of sqliteStore have no "durable"/],
      ["a.db", { durability: "off" }, /durability must be "full" or "normal", got "off"/],
      ["a.db", { database: {} }, /options of sqliteStore have no "database"/],
    ];
    for (const [path, options, said] of wrong) {
      expect(() => sqliteStore(path as string, options as SqliteStoreOptions)).toThrow(said);
    }
    expect(() => engineStoreOf({})).toThrow(/store must be made by memoryStore or sqliteStore/);
  });

  it("touches nothing before it is opened", () => {
    sqliteStore(join(tmpdir(), "statefun-no-such-folder", "store.db"));
  });
});
