import { cpSync, linkSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { endProcesses, linesOf, start } from "./store-processes.ts";
import { temporaryFiles } from "./temporary.ts";

const newFolder = temporaryFiles();
endProcesses();

/** A process that has a store, whose lock is then replaced by a copy of it, which nobody holds. */
async function withoutItsLock(): Promise<{ path: string; end: () => Promise<void> }> {
  const folder = newFolder("folder");
  mkdirSync(folder);
  const path = join(folder, "app.db");
  const { next, end } = start("hold", path);
  await next();
  expect(await next()).toEqual({ committed: 1 });
  cpSync(`${path}-lock`, `${path}-lock.copy`);
  renameSync(`${path}-lock.copy`, `${path}-lock`);
  return { path, end: () => end("SIGKILL") };
}

describe.runIf(process.platform === "linux")("the record of the owner of a store", () => {
  it("refuses others while the owner runs, says why, and no longer than that", async () => {
    const { path, end } = await withoutItsLock();
    expect(await linesOf("open", path)).toMatchObject([
      {
        code: "store_locked",
        reason: expect.stringMatching(
          /^the store .* is open in process \d+ on .+, which still runs although its lock is gone: .* Stop that process first$/,
        ),
      },
    ]);
    await end();
    expect(await linesOf("open", path)).toEqual([{ opened: 1 }]);
  });

  it("goes with the file under another name", async () => {
    const { path, end } = await withoutItsLock();
    for (const from of ["", "-wal", "-shm", "-lock"]) linkSync(path + from, `${path}.new${from}`);
    expect(await linesOf("open", `${path}.new`)).toMatchObject([{ code: "store_locked" }]);
    await end();
  });

  it("is no obstacle to a copy of the directory", async () => {
    const { path, end } = await withoutItsLock();
    const copy = `${dirname(path)}-copy`;
    cpSync(dirname(path), copy, { recursive: true });
    expect(await linesOf("open", join(copy, "app.db"))).toEqual([{ opened: 1 }]);
    await end();
  });
});

describe("the file of the lock", () => {
  it("is taken as a later version has made it, with more in it", async () => {
    const folder = newFolder("folder");
    mkdirSync(folder);
    const path = join(folder, "app.db");
    const lock = new DatabaseSync(`${path}-lock`);
    lock.exec("CREATE TABLE owner (record TEXT NOT NULL, later TEXT)");
    lock.exec(`INSERT INTO owner VALUES ('{"pid":1,"host":"h","file":"f","later":[]}', 'x')`);
    lock.close();
    expect(await linesOf("open", path)).toEqual([{ opened: 0 }]);
  });

  it("says what to do when it is damaged", async () => {
    const folder = newFolder("folder");
    mkdirSync(folder);
    const path = join(folder, "app.db");
    writeFileSync(`${path}-lock`, "not a database\n".repeat(100));
    expect(await linesOf("open", path)).toMatchObject([
      {
        code: "store_failed",
        reason: expect.stringMatching(
          /its lock .*app\.db-lock: file is not a database \(if it is damaged, delete it while no process uses the store\)$/,
        ),
      },
    ]);
    expect(readFileSync(`${path}-lock`, "utf8")).toContain("not a database");
  });
});
