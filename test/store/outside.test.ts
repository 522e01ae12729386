import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { sqliteStore } from "../../src/store/file/sqlite-store.ts";
import { thrown } from "./checks.ts";
import { added, message } from "./records.ts";
import { endProcesses, start } from "./store-processes.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();
endProcesses();

const open = (path: string) => Subject.open(() => () => sqliteStore(path));

/** Another program that opens the database, runs this, and closes it. */
function outside(path: string, sql: string): void {
  const program = `
    const { DatabaseSync } = require("node:sqlite");
    const database = new DatabaseSync(process.argv[1]);
    database.exec("PRAGMA busy_timeout = 2000");
    database.exec(process.argv[2]);
    database.close();`;
  execFileSync(process.execPath, ["-e", program, path, sql], { stdio: ["ignore", "pipe", "pipe"] });
}

async function withMessages(path: string): Promise<Subject> {
  const subject = await open(path);
  for (let n = 1; n < 10; n += 1) subject.commit({ messages: added(message(n)) });
  return subject;
}

describe("an open store, for other programs", () => {
  it("can be read, from within the process too, and goes on", async () => {
    const path = newPath();
    const subject = await withMessages(path);
    const reader = new DatabaseSync(path, { readOnly: true });
    reader.exec("BEGIN");
    expect(reader.prepare("SELECT sequence FROM progress").all()).toEqual([{ sequence: 9 }]);
    outside(path, "SELECT * FROM messages");
    await setTimeout(260);
    subject.commit({ messages: added(message(10)) });
    expect(reader.prepare("SELECT sequence FROM progress").all()).toEqual([{ sequence: 9 }]);
    reader.close();
    subject.commit({ messages: added(message(11)) });
    subject.store.close();
    expect((await open(path)).opened).toMatchObject({ sequence: 11 });
  });

  it("keeps its log when another program reads it after its lock was lost", async () => {
    const path = newPath();
    const subject = await withMessages(path);
    for (let round = 10; round < 15; round += 1) {
      readFileSync(path);
      // The lock is taken anew with the first commit after a while.
      await setTimeout(260);
      subject.commit({ messages: added(message(round)) });
      outside(path, "SELECT * FROM messages");
      subject.commit({ messages: added(message(round + 100)) });
    }
    subject.store.close();
    expect((await open(path)).store.messages(0, 99)).toHaveLength(19);
  });

  it("says so, and loses nothing, when another program closes it before its lock is back", async () => {
    const path = newPath();
    const subject = await withMessages(path);
    for (const end of ["", "-wal", "-shm"]) readFileSync(path + end);
    outside(path, "SELECT * FROM messages");
    await setTimeout(20);
    const { message: text } = await thrown("store_failed", () => subject.commit());
    expect(text).toMatch(/-wal is (?:gone|another file now)/);
    subject.store.close();
    expect((await open(path)).store.messages(0, 99)).toHaveLength(9);
  });

  it("stops when another program has written to it", async () => {
    const path = newPath();
    const subject = await withMessages(path);
    outside(path, "DELETE FROM messages WHERE number = 1");
    await setTimeout(260);
    for (const _ of [1, 2]) {
      const { message: text } = await thrown("store_failed", () => subject.commit());
      expect(text).toMatch(/another process has written to it while it was open/);
    }
    subject.store.close();
  });

  it("can be copied by SQLite's own means, and the copy opens", async () => {
    const path = newPath();
    const subject = await withMessages(path);
    const copy = `${path}.copy`;
    outside(path, `VACUUM INTO '${copy}'`);
    // As one that is made while the log is copied into the database.
    const database = new DatabaseSync(copy);
    database.exec(`PRAGMA user_version = ${0x5346_4c47}`);
    database.close();
    subject.commit({ messages: added(message(10)) });
    subject.store.close();
    expect((await open(copy)).opened).toMatchObject({ sequence: 9 });
  });

  it("can be looked at after a kill, which completes it, and opens", async () => {
    const path = newPath();
    const holder = start("hold", path);
    await holder.next();
    await holder.next();
    await holder.end("SIGKILL");
    outside(path, "SELECT * FROM progress");
    copyFileSync(path, `${path}.copy`);
    rmSync(`${path}-lock`);
    for (const one of [`${path}.copy`, path]) {
      expect((await open(one)).opened).toMatchObject({ sequence: 1 });
    }
  });
});
