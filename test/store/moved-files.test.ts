import {
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { sqliteStore } from "../../src/store/file/sqlite-store.ts";
import { thrown } from "./checks.ts";
import { added, message } from "./records.ts";
import { endProcesses, linesOf, start } from "./store-processes.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newFolder = temporaryFiles();
endProcesses();

function newPath(): string {
  const folder = newFolder("folder");
  mkdirSync(folder);
  return join(folder, "app.db");
}

const open = (path: string) => Subject.open(() => () => sqliteStore(path));

/** The files as a process leaves them that is killed after its first window. */
async function killed(): Promise<string> {
  const path = newPath();
  const holder = start("hold", path);
  await holder.next();
  expect(await holder.next()).toEqual({ committed: 1 });
  await holder.end("SIGKILL");
  return path;
}

/** Whatever happens to the files of an open store. */
const changes: readonly (readonly [string, (path: string) => void])[] = [
  ["the directory is deleted", (path) => rmSync(dirname(path), { recursive: true })],
  ["the directory is renamed", (path) => renameSync(dirname(path), `${dirname(path)}-moved`)],
  ["the database is deleted", (path) => rmSync(path)],
  ["the database is renamed", (path) => renameSync(path, `${path}.old`)],
  ["the log is deleted", (path) => rmSync(`${path}-wal`)],
  ["the log is renamed", (path) => renameSync(`${path}-wal`, `${path}-wal.old`)],
  ["the index of the log is deleted", (path) => rmSync(`${path}-shm`)],
  [
    "another database takes its place",
    (path) => {
      copyFileSync(path, `${path}.new`);
      renameSync(`${path}.new`, path);
    },
  ],
  [
    "a backup is copied over the database",
    (path) => {
      writeFileSync(`${path}.backup`, new Uint8Array(8_192));
      copyFileSync(`${path}.backup`, path);
    },
  ],
  [
    "the first page is overwritten",
    (path) => writeFileSync(path, "x".repeat(4_096), { flag: "r+" }),
  ],
  ["the database is cut off", (path) => truncateSync(path)],
  ["the log is cut off", (path) => truncateSync(`${path}-wal`)],
  ["the log is cut off in the middle", (path) => truncateSync(`${path}-wal`, 4_096)],
];

describe("an open store whose files change underneath", () => {
  it.for(changes)("says so at the next commit, again and again: %s", async ([, change]) => {
    const path = newPath();
    const subject = await open(path);
    subject.commit({ messages: added(message(1)) });
    change(path);
    await setTimeout(20);
    for (const _ of [1, 2]) {
      const { message: text } = await thrown("store_failed", () =>
        subject.store.commit(subject.window({ messages: added(message(2)) })),
      );
      expect(text).toMatch(
        /^the store .* failed: .*app\.db(?:-wal|-shm)? (?:is gone|is another file now|was written by something else|was cut off): a file of the store was deleted, moved, replaced or overwritten while the store was open\. Stop this process/,
      );
    }
    subject.store.close();
  });

  it.for(changes)("says so while nothing is committed: %s", async ([, change]) => {
    const path = newPath();
    const subject = await open(path);
    subject.commit({ messages: added(message(1)) });
    const lost = new Promise((resolve) => subject.store.watch?.(resolve));
    change(path);
    expect(await lost).toMatchObject({ code: "store_failed" });
    subject.store.close();
  });

  it("goes on with files that are back within the engine's retries", async () => {
    const path = newPath();
    const subject = await open(path);
    renameSync(path, `${path}.old`);
    await setTimeout(20);
    const window = subject.window({ messages: added(message(1)) });
    await thrown("store_failed", () => subject.store.commit(window));
    renameSync(`${path}.old`, path);
    subject.store.commit(window);
    subject.store.close();
    expect((await open(path)).opened).toMatchObject({ sequence: 1 });
  });

  it("keeps what it was given when its log was deleted, and closes", async () => {
    const path = newPath();
    const subject = await open(path);
    for (let n = 1; n < 20; n += 1) subject.commit({ messages: added(message(n)) });
    rmSync(`${path}-wal`);
    subject.store.close();
    expect((await open(path)).opened).toMatchObject({ sequence: 19 });
  });
});

describe("an open store, by another name", () => {
  it("is refused by a symbolic link, to the file or to its directory", async () => {
    const path = newPath();
    const subject = await open(path);
    symlinkSync(path, `${path}.link`);
    symlinkSync(dirname(path), `${dirname(path)}-link`);
    for (const other of [`${path}.link`, join(`${dirname(path)}-link`, "app.db")]) {
      expect(await linesOf("open", other)).toMatchObject([{ code: "store_locked" }]);
    }
    subject.store.close();
  });

  it.for([
    ["a hard link", linkSync],
    ["a new name", renameSync],
  ] as const)("is refused by %s", async ([, rename]) => {
    const path = newPath();
    const subject = await open(path);
    subject.commit({ messages: added(message(1)) });
    rename(path, `${path}.new`);
    expect(await linesOf("open", `${path}.new`)).toMatchObject([{ code: "store_locked" }]);
    subject.store.close();
  });

  it("is refused by a hard link in the same process", async () => {
    const path = newPath();
    const subject = await open(path);
    subject.commit({ messages: added(message(1)) });
    linkSync(path, `${path}.new`);
    await expect(open(`${path}.new`)).rejects.toMatchObject({
      code: expect.stringMatching(/^store_(?:locked|failed)$/),
    });
    subject.commit({ messages: added(message(2)) });
    subject.store.close();
    expect((await open(path)).opened).toMatchObject({ sequence: 2 });
  });
});

describe("a store that is found without all of its files", () => {
  const losses: readonly (readonly [string, (path: string) => void, RegExp])[] = [
    ["its log was deleted", (path) => rmSync(`${path}-wal`), /its log .*app\.db-wal is missing/],
    ["its log was emptied", (path) => truncateSync(`${path}-wal`), /its log .* is missing/],
    ["its database was deleted", (path) => rmSync(path), /the database is missing or empty/],
    ["its database was emptied", (path) => truncateSync(path), /the database is missing or empty/],
  ];

  it.for(losses)("is refused, and says what to do: %s", async ([, lose, said]) => {
    const path = await killed();
    lose(path);
    for (const _ of [1, 2]) {
      const { message: text } = await thrown("store_failed", () => open(path));
      expect(text).toMatch(said);
    }
  });

  it("opens without its log once somebody has said that it may", async () => {
    const path = await killed();
    rmSync(`${path}-wal`);
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 0");
    database.close();
    expect((await open(path)).opened).toMatchObject({ sequence: 0 });
  });

  it("is refused as a copy of the database alone, made while it was open", async () => {
    const path = newPath();
    const subject = await open(path);
    for (let n = 1; n < 20; n += 1) subject.commit({ messages: added(message(n)) });
    copyFileSync(path, `${path}.copy`);
    const { message: text } = await thrown("store_failed", () => open(`${path}.copy`));
    expect(text).toMatch(
      /its log .*app\.db\.copy-wal is missing, and with it what was stored last/,
    );
    subject.store.close();
    copyFileSync(path, `${path}.copy`);
    expect((await open(`${path}.copy`)).opened).toMatchObject({ sequence: 19 });
  });

  it("opens as a copy of the whole directory of a process that was killed", async () => {
    const path = await killed();
    const copy = `${dirname(path)}-copy`;
    cpSync(dirname(path), copy, { recursive: true });
    for (const one of [join(copy, "app.db"), path]) {
      const subject = await open(one);
      expect(subject.opened).toMatchObject({ sequence: 1 });
    }
  });

  it("opens beside the one that it was copied from while that is open", async () => {
    const path = newPath();
    const holder = start("hold", path);
    await holder.next();
    await holder.next();
    const copy = `${dirname(path)}-copy`;
    cpSync(dirname(path), copy, { recursive: true });
    expect(await linesOf("open", join(copy, "app.db"))).toEqual([{ opened: 1 }]);
    await holder.end();
  });

  it("is made where an empty file is, and that keeps its mode", async () => {
    const path = newPath();
    writeFileSync(path, "", { mode: 0o640 });
    const { store } = await open(path);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    store.close();
  });
});
