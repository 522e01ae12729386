import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { backUpFile } from "../../src/store/backup/back-up-file.ts";
import { needsLog } from "../../src/store/sqlite/write-ahead-log.ts";
import { folderOf, runProgram, startProgram } from "../cli/program.ts";
import { thrown } from "../store/checks.ts";
import { filesBeside, fill, program, started } from "./backups.ts";

async function countIn(path: string): Promise<number> {
  const { runtime, counter } = await started(path);
  const { state } = await runtime.instance(counter.at("a"));
  await runtime.close();
  return state.count;
}

describe("statefun backup", () => {
  it("copies a store that another process uses, which goes on", async () => {
    const folder = folderOf({});
    const { runtime, counter } = await started(join(folder, "app.db"));
    for (const n of [1, 2, 3]) {
      await runtime.send(counter.at("a"), 1);
      await runtime.idle();
      // As code of the process does that reads the file: its locks are gone.
      readFileSync(join(folder, "app.db"));
      const args = ["backup", "app.db", "--to", "copy.db", "--overwrite"];
      const { code, output, errors } = await runProgram(folder, args);
      expect({ code, errors }).toEqual({ code: 0, errors: "" });
      expect(output).toMatch(/^copy\.db: \d+ kB, app\.db as of \d{4}-.*Z\n$/);
      expect(await countIn(join(folder, "copy.db"))).toBe(n);
    }
    await runtime.send(counter.at("a"), 1);
    await runtime.close();
    expect(await countIn(join(folder, "app.db"))).toBe(4);
  });

  it("copies a store that none uses: one that was closed, and one whose process was killed", async () => {
    const folder = folderOf({});
    const [path, killed] = [join(folder, "app.db"), join(folder, "killed")];
    const { runtime, counter } = await started(path);
    await runtime.send(counter.at("a"), 5);
    await runtime.idle();
    mkdirSync(killed);
    // What a killed process leaves behind.
    for (const end of ["", "-wal"]) {
      spawnSync("cp", [path + end, join(killed, `app.db${end}`)]);
    }
    await runtime.close();
    const before = readFileSync(path);
    for (const at of [folder, killed]) {
      const args = ["backup", join(at, "app.db"), "--to", join(at, "copy.db"), "--json"];
      const { code, output, errors } = await runProgram(folder, args);
      expect({ code, errors }).toEqual({ code: 0, errors: "" });
      const { path: to, bytes } = JSON.parse(output);
      expect(statSync(to).size).toBe(bytes);
      expect(await countIn(to)).toBe(5);
    }
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(await countIn(path)).toBe(5);
    expect(await countIn(join(killed, "app.db"))).toBe(5);
  });

  it("ends with one line and nothing left behind for what cannot be", async () => {
    const folder = folderOf({
      "notes.txt": "no database, but long enough to be read as one".repeat(99),
    });
    const { runtime } = await started(join(folder, "app.db"));
    await runtime.close();
    writeFileSync(join(folder, "empty.db"), "");
    const other = new DatabaseSync(join(folder, "other.db"));
    other.exec("CREATE TABLE t (a)");
    other.close();
    const before = filesBeside(join(folder, "app.db"));
    for (const [args, code, says] of [
      [[], 2, /name the file of one store/],
      [["app.db"], 2, /--to is missing/],
      [["app.db", "--to", "app.db", "--overwrite"], 2, /must not be the store itself/],
      [["app.db", "--to", "notes.txt"], 2, /exists: choose another one/],
      [["app.db", "--to", "copy/"], 2, /must name a file, got "copy\/"/],
      [["app.db", "--to", "none/copy.db"], 2, /the folder of a backup must exist/],
      [["none.db", "--to", "copy.db"], 2, /the store "none\.db" cannot be found/],
      [["empty.db", "--to", "copy.db"], 2, /is not a store: it is missing or empty/],
      [["notes.txt", "--to", "copy.db"], 1, /is not a store of sqliteStore/],
      [["other.db", "--to", "copy.db"], 1, /is not a store of sqliteStore/],
    ] as const) {
      const ended = await runProgram(folder, ["backup", ...args]);
      expect(ended.errors).toMatch(says);
      expect(ended).toMatchObject({ code, output: "" });
      expect(ended.errors.split("\n")).toHaveLength(2);
      expect(filesBeside(join(folder, "app.db"))).toEqual(before);
    }
  });

  it("leaves nothing after Ctrl-C, and no file of the name after a kill", {
    timeout: 60_000,
  }, async () => {
    const folder = folderOf({});
    const path = join(folder, "app.db");
    const { runtime, ...given } = await started(path);
    await fill(runtime, given, 60);
    const before = filesBeside(path);
    const args = ["backup", "app.db", "--to", "copy.db"];
    const began = async (): Promise<ReturnType<typeof startProgram>> => {
      const running = startProgram(folder, args);
      await expect
        .poll(() => filesBeside(path).length, { interval: 5 })
        .toBeGreaterThan(before.length);
      return running;
    };
    const first = await began();
    first.kill("SIGINT");
    expect(await first.ended).toBe(130);
    expect(first.errors).toBe("statefun: interrupted: there is no backup\n");
    expect(filesBeside(path)).toEqual(before);
    const second = await began();
    second.kill("SIGKILL");
    expect(await second.ended).toBe("SIGKILL");
    expect(filesBeside(path)).not.toContain("copy.db");
    // The owner has not noticed any of it.
    await runtime.send(given.counter.at("a"), 1);
  });
});

describe("a store that was left between the mark that it needs its log and its end", () => {
  it("is copied with its log, without the mark, and refused without it", async () => {
    const folder = folderOf({});
    const path = join(folder, "app.db");
    const { runtime, counter } = await started(path, program());
    await runtime.send(counter.at("a"), 3);
    await runtime.idle();
    await runtime.close();
    const left = new DatabaseSync(path);
    left.exec(`PRAGMA user_version = ${needsLog}`);
    left.prepare("PRAGMA wal_checkpoint(PASSIVE)").all();
    const copy = join(folder, "copy.db");
    await backUpFile(path, copy);
    const database = new DatabaseSync(copy, { readOnly: true });
    expect(database.prepare("PRAGMA user_version").get()).toEqual({ user_version: 0 });
    database.close();
    expect(await countIn(copy)).toBe(3);
    const elsewhere = join(folder, "elsewhere.db");
    writeFileSync(elsewhere, readFileSync(path));
    left.close();
    const { message } = await thrown("store_failed", () =>
      backUpFile(elsewhere, join(folder, "second.db")),
    );
    expect(message).toMatch(/elsewhere\.db-wal is missing, and with it what was stored last/);
    rmSync(`${elsewhere}-wal`, { force: true });
    expect(filesBeside(path)).not.toContain("second.db");
  });
});
