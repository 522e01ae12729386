import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import type { Opened } from "../../src/engine/contract/store.ts";
import { sqliteStore } from "../../src/store/file/sqlite-store.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { thrown } from "./checks.ts";
import { added, emptyWindow, message } from "./records.ts";
import { endProcesses, linesOf } from "./store-processes.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();
endProcesses();

/** Root may write everything: then somebody else has to try. */
const asUser = process.getuid?.() === 0 ? { uid: 65_534 } : {};

const storeAt = (path: string) => engineStoreOf(sqliteStore(path));

async function opened(path: string): Promise<Opened> {
  const store = storeAt(path);
  const head = await store.open();
  store.close();
  return head;
}

/** Why a store cannot be opened there. */
async function refusal(path: string, code = "store_failed"): Promise<string> {
  const { message: text } = await thrown(code, () => storeAt(path).open());
  expect(text).toContain(`the store ${path} `);
  return text;
}

/** A store with one window, of a hundred messages. */
async function written(path = newPath()): Promise<string> {
  const store = storeAt(path);
  await store.open();
  const messages = Array.from({ length: 100 }, (_, index) => message(index + 1));
  store.commit({ ...emptyWindow(1), messages: added(...messages) });
  store.close();
  return path;
}

/** Runs SQL that the store itself never would. */
function tamper(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

/** A store in a folder of its own, both with the given modes. */
async function withModes(fileMode: number, folderMode: number): Promise<string> {
  const folder = newPath("folder");
  mkdirSync(folder);
  const path = await written(join(folder, "store.db"));
  chmodSync(dirname(folder), 0o755);
  chmodSync(path, fileMode);
  chmodSync(folder, folderMode);
  return path;
}

describe("a file that may not be written", () => {
  const modes: readonly (readonly [string, number, number])[] = [
    ["is read-only", 0o444, 0o777],
    ["is in a read-only directory", 0o666, 0o555],
    ["is read-only, as its directory is", 0o444, 0o555],
    ["cannot even be read", 0o000, 0o777],
  ];

  it.for(modes)("which %s, is refused and stays as it is", async ([, fileMode, folderMode]) => {
    const path = await withModes(fileMode, folderMode);
    const [line] = await linesOf("open", path, asUser);
    chmodSync(dirname(path), 0o755);
    chmodSync(path, 0o644);
    expect(line).toMatchObject({ code: "store_failed" });
    expect(line?.reason).toContain(`the store ${path} failed: `);
    expect(line?.reason).toContain("both must be writable");
    expect(await opened(path)).toMatchObject({ sequence: 1 });
  });
});

describe("a damaged file", () => {
  it("is refused, or gives an error when the damage is read: never something else", async () => {
    const whole = readFileSync(await written());
    const pageSize = 4_096;
    let refused = 0;
    for (let page = 0; page < whole.length / pageSize; page += 1) {
      const path = newPath();
      const [from, to] = [page * pageSize, (page + 1) * pageSize];
      writeFileSync(path, Uint8Array.from(whole).fill(0xff, from, to));
      const store = storeAt(path);
      try {
        await store.open();
        // A page that none of this needs may be damaged unseen.
        expect(store.messages(0, 1_000)).toHaveLength(100);
      } catch (error) {
        expect(error).toMatchObject({
          code: "store_failed",
          message: expect.stringMatching(/malformed|not a database/),
        });
        refused += 1;
      }
      store.close();
    }
    // The first page, that of the version, of the progress, those of the messages.
    expect(refused).toBeGreaterThan(3);
  });

  it("which is cut off, is refused", async () => {
    const path = await written();
    writeFileSync(path, readFileSync(path).subarray(0, 9_000));
    expect(await refusal(path)).toMatch(/malformed/);
  });

  it("which has no progress, or no version, is refused", async () => {
    for (const table of ["progress", "statefun"]) {
      const path = await written();
      tamper(path, `DELETE FROM ${table}`);
      expect(await refusal(path)).toMatch(/failed: its (?:progress|version) is missing$/);
    }
  });

  it("which is empty, is a new store", async () => {
    const path = newPath();
    writeFileSync(path, "");
    expect(await opened(path)).toMatchObject({ sequence: 0 });
  });
});

describe("a file of a newer version", () => {
  it("is refused if this code cannot use it, and stays as it is", async () => {
    const path = await written();
    tamper(path, "UPDATE statefun SET schema = 5, readable_by = 4");
    const before = readFileSync(path);
    expect(await refusal(path, "store_newer")).toMatch(/schema version 5, which code of version 4/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("is used if it says that it may be, and keeps its version", async () => {
    const path = await written();
    tamper(path, "UPDATE statefun SET schema = 4; ALTER TABLE messages ADD COLUMN later TEXT");
    const store = storeAt(path);
    expect(await store.open()).toMatchObject({ sequence: 1 });
    store.commit({ ...emptyWindow(2), messages: added(message(200)) });
    store.close();
    tamper(path, "UPDATE statefun SET readable_by = 4 WHERE schema = 4");
    await refusal(path, "store_newer");
  });
});
