import { once } from "node:events";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { sqliteStore } from "../../src/store/file/sqlite-store.ts";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { thrown } from "./checks.ts";
import { emptyWindow } from "./records.ts";
import { endProcesses, linesOf, start } from "./store-processes.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();
endProcesses();

const storeAt = (path: string) => engineStoreOf(sqliteStore(path));

/** How far a store goes, whose messages have to be those of its windows, from the first on. */
async function sequenceOf(path: string): Promise<number> {
  const store = storeAt(path);
  const { sequence } = await store.open();
  const numbers = store.messages(0, 10_000).map(({ number }) => number);
  store.close();
  expect(numbers).toEqual(Array.from({ length: sequence }, (_, index) => index + 1));
  return sequence;
}

describe("a store that another process has open", () => {
  it("is refused at once, and can be opened with its last window when that process ends", async () => {
    const path = newPath();
    const holder = start("hold", path);
    expect(await holder.next()).toEqual({ opened: 0 });
    expect(await holder.next()).toEqual({ committed: 1 });
    const startedAt = performance.now();
    const { message } = await thrown("store_locked", () => storeAt(path).open());
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(message.startsWith(`the store ${path} is open in another process or runtime (`)).toBe(
      true,
    );
    expect(message).toMatch(/ \(process \d+ on .+\): only one at a time can use it$/);
    expect(await linesOf("open", path)).toMatchObject([{ code: "store_locked" }]);
    await holder.end();
    expect(await sequenceOf(path)).toBe(1);
  });

  it("is refused to another thread of the same process", async () => {
    const path = newPath();
    const store = storeAt(path);
    await store.open();
    const program = join(import.meta.dirname, "programs/store-process.ts");
    const worker = new Worker(program, { argv: ["open", path], stdout: true });
    const [line] = await once(createInterface({ input: worker.stdout }), "line");
    expect(JSON.parse(line)).toMatchObject({
      code: "store_locked",
      reason: expect.stringContaining("(this process)"),
    });
    store.commit(emptyWindow(1));
    store.close();
    await worker.terminate();
  });

  it("is free when that process is killed, and has what it committed", async () => {
    const path = newPath();
    const holder = start("hold", path);
    await holder.next();
    await holder.next();
    await holder.end("SIGKILL");
    expect(await linesOf("open", path)).toEqual([{ opened: 1 }]);
    expect(await sequenceOf(path)).toBe(1);
  });
});

describe("a process that is killed while it commits", () => {
  it.for(["full", "normal"] as const)("leaves all it has reported, with %s", async (durability) => {
    const path = newPath();
    let last = 0;
    for (const more of [1, 7, 40]) {
      const writer = start("commit for ever", path, { durability });
      expect(await writer.next()).toEqual({ opened: last });
      let reported = last;
      while (reported < last + more) reported = (await writer.next())?.committed ?? Number.NaN;
      await writer.end("SIGKILL");
      last = await sequenceOf(path);
      expect(last).toBeGreaterThanOrEqual(reported);
    }
  });

  it("leaves a beginning of its windows, wherever its log is cut off", async () => {
    const path = newPath();
    const writer = start("commit for ever", path);
    for (let count = 0; count < 12; count += 1) await writer.next();
    await writer.end("SIGKILL");
    const log = readFileSync(`${path}-wal`);
    const sequences: number[] = [];
    // Without any of it the database is refused, as moved-files.test.ts says.
    for (let part = 1; part <= 20; part += 1) {
      const copy = newPath();
      copyFileSync(path, copy);
      writeFileSync(`${copy}-wal`, log.subarray(0, Math.floor((log.length * part) / 20)));
      sequences.push(await sequenceOf(copy));
    }
    expect(sequences).toEqual([...sequences].sort((left, right) => left - right));
    expect(new Set(sequences).size).toBeGreaterThan(5);
    expect(sequences.at(-1)).toBeGreaterThanOrEqual(11);
  });
});

describe("a disk that is full", () => {
  it.for([
    ["within the log", 3_000],
    // The log is copied into the database at 16 MB, and grows beyond that when the database can grow no more.
    ["within the database, after many windows", 30_000],
  ] as const)("%s: refuses a window, and keeps those before", async ([, fileKiB]) => {
    const path = newPath();
    const lines = await linesOf("fill", path, { fileKiB, durability: "normal" });
    const [begun, failed, again, read] = lines;
    const committed = failed?.committed ?? 0;
    expect(begun).toEqual({ opened: 0 });
    expect(failed).toMatchObject({
      code: "store_failed",
      reason: expect.stringMatching(/^the store .* failed: (?:disk I\/O error|.* is full)$/),
    });
    expect(committed).toBeGreaterThan((fileKiB * 1_024) / 100_000 / 2);
    expect(again).toEqual({ again: "store_failed" });
    expect(read).toEqual({ readable: committed });
    expect(await sequenceOf(path)).toBe(committed);
    // With room again, it goes on.
    expect(await linesOf("hold", path)).toContainEqual({ committed: committed + 1 });
  });

  it("while it is made: fails to open, and opens as new when there is room", async () => {
    const path = newPath();
    expect(await linesOf("open", path, { fileKiB: 20 })).toMatchObject([{ code: "store_failed" }]);
    expect(await sequenceOf(path)).toBe(0);
  });
});
