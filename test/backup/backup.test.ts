import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createRuntime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { thrown } from "../store/checks.ts";
import { temporaryFiles } from "../store/temporary.ts";
import { filesBeside, fill, program, started } from "./backups.ts";

const newPath = temporaryFiles();

/** A path in a folder of its own. */
function alone(): string {
  const folder = newPath("folder");
  mkdirSync(folder);
  return join(folder, "copy.db");
}

describe("a backup of a running store", () => {
  it("has everything that was acknowledged, and goes on from there as a store of its own", async () => {
    const { runtime, counter } = await started(newPath());
    await runtime.send(counter.at("a"), 7, { idempotencyKey: "k" });
    await runtime.idle();
    const copy = alone();
    const before = Date.now();
    const { bytes, time } = await runtime.backup(copy);
    expect(filesBeside(copy)).toEqual(["copy.db"]);
    expect(statSync(copy)).toMatchObject({ size: bytes });
    expect(Math.abs(time - before)).toBeLessThan(60_000);
    await runtime.send(counter.at("a"), 1);
    await runtime.idle();
    const { runtime: restored, counter: again } = await started(copy);
    const { state, timers } = await restored.instance(again.at("a"));
    expect(state.count).toBe(7);
    expect(timers).toHaveLength(1);
    const receipt = await restored.send(again.at("a"), 7, { idempotencyKey: "k" });
    expect(receipt.duplicate).toBe(true);
    await restored.send(again.at("a"), 100);
    await restored.idle();
    expect((await restored.instance(again.at("a"))).state.count).toBe(107);
    expect((await runtime.instance(counter.at("a"))).state.count).toBe(8);
  });

  it("needs no log: it is not in the mode of one, and whole", async () => {
    const path = newPath();
    const { runtime, ...given } = await started(path);
    await fill(runtime, given, 20);
    const copy = alone();
    await runtime.backup(copy);
    const database = new DatabaseSync(copy, { readOnly: true });
    expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "delete" });
    expect(database.prepare("PRAGMA user_version").get()).toEqual({ user_version: 0 });
    expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
    database.close();
  });

  it("is for its owner alone, under any umask", async () => {
    const path = newPath();
    const { runtime } = await started(path);
    chmodSync(path, 0o644);
    const copy = alone();
    const umask = process.umask(0);
    try {
      await runtime.backup(copy);
    } finally {
      process.umask(umask);
    }
    expect(statSync(copy).mode & 0o777).toBe(0o600);
  });

  it("replaces a file only when that is asked for", async () => {
    const { runtime, counter } = await started(newPath());
    const copy = alone();
    await runtime.backup(copy);
    const old = readFileSync(copy);
    await runtime.send(counter.at("a"), 1);
    const { message } = await thrown("invalid_argument", () => runtime.backup(copy));
    expect(message).toMatch(/copy\.db" exists: choose another one/);
    expect(readFileSync(copy).equals(old)).toBe(true);
    expect(filesBeside(copy)).toEqual(["copy.db"]);
    await runtime.backup(copy, { overwrite: true });
    expect(readFileSync(copy).equals(old)).toBe(false);
    expect(filesBeside(copy)).toEqual(["copy.db"]);
  });

  it("gives the name to one of several that want it", async () => {
    const { runtime } = await started(newPath());
    const copy = alone();
    const all = await Promise.allSettled([1, 2, 3].map(() => runtime.backup(copy)));
    expect(all.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(filesBeside(copy)).toEqual(["copy.db"]);
  });

  it.each(["store", "hard link", "symbolic link"])(
    "never replaces the store itself, by its %s",
    async (way) => {
      const path = newPath();
      const { runtime, counter } = await started(path);
      const other = newPath();
      if (way === "hard link") linkSync(path, other);
      if (way === "symbolic link") symlinkSync(path, other);
      const target = way === "store" ? path : other;
      const { message } = await thrown("invalid_argument", () =>
        runtime.backup(target, { overwrite: true }),
      );
      expect(message).toMatch(/must not be the store itself/);
      await runtime.send(counter.at("a"), 1);
    },
  );

  it.each(["-wal", "-journal", "-shm"])(
    "does not lie down beside another database's %s, which would destroy it",
    async (end) => {
      const { runtime } = await started(newPath());
      const copy = alone();
      writeFileSync(copy + end, "");
      const { message } = await thrown("invalid_argument", () => runtime.backup(copy));
      expect(message).toMatch(/files of another database beside it/);
      expect(filesBeside(copy)).toEqual([`copy.db${end}`]);
    },
  );

  it("is refused for a store that is open elsewhere, and for no file", async () => {
    const { runtime } = await started(newPath());
    const other = newPath();
    await started(other);
    await thrown("invalid_argument", () => runtime.backup(other, { overwrite: true }));
    const folder = dirname(alone());
    await thrown("invalid_argument", () => runtime.backup(folder, { overwrite: true }));
    await thrown("invalid_argument", () => runtime.backup(join(folder, "none", "copy.db")));
    await thrown("invalid_argument", () => runtime.backup(""));
    // @ts-expect-error no such option
    await thrown("invalid_argument", () => runtime.backup(join(folder, "x"), { overwrit: true }));
    // @ts-expect-error no signal
    await thrown("invalid_argument", () => runtime.backup(join(folder, "x"), { signal: {} }));
    expect(filesBeside(join(folder, "x"))).toEqual([]);
  });

  it("says of a store in memory that it cannot be", async () => {
    const runtime = await createRuntime({ modules: [program().functions] });
    const copy = alone();
    const { message } = await thrown("unsupported", () => runtime.backup(copy));
    expect(message).toMatch(/only a store in a file/);
    await runtime.close();
    expect(filesBeside(copy)).toEqual([]);
  });
});

describe("a backup that does not come to its end", () => {
  it("is stopped by its signal, and leaves nothing", async () => {
    const { runtime, ...given } = await started(newPath());
    await fill(runtime, given, 30);
    const copy = alone();
    const controller = new AbortController();
    const reason = new Error("enough");
    const seen: number[] = [];
    const running = runtime.backup(copy, {
      signal: controller.signal,
      onProgress({ copiedBytes, totalBytes }) {
        seen.push(copiedBytes / totalBytes);
        controller.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
    expect(seen[0]).toBeGreaterThan(0);
    expect(seen[0]).toBeLessThan(1);
    expect(filesBeside(copy)).toEqual([]);
    await expect(runtime.backup(copy, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await runtime.backup(copy);
  });

  it("is stopped by what onProgress throws", async () => {
    const { runtime, ...given } = await started(newPath());
    await fill(runtime, given, 5);
    const copy = alone();
    const onProgress = () => {
      throw new Error("no terminal");
    };
    const { message } = await thrown("store_failed", () => runtime.backup(copy, { onProgress }));
    expect(message).toMatch(/no terminal/);
    expect(filesBeside(copy)).toEqual([]);
  });

  it("is stopped when the runtime closes, which waits for it, and the store opens again at once", async () => {
    const path = newPath();
    const { runtime, ...given } = await started(path);
    await fill(runtime, given, 30);
    const copy = alone();
    const running = thrown("draining", () => runtime.backup(copy));
    await new Promise((resolve) => setTimeout(resolve, 60));
    await runtime.close();
    await running;
    expect(filesBeside(copy)).toEqual([]);
    const { runtime: next } = await started(path, given);
    await next.backup(copy);
    await next.close();
    await thrown("draining", () => next.backup(copy, { overwrite: true }));
    // Without one before.
    const { runtime: last } = await started(path, given);
    const late = thrown("draining", () => last.backup(copy, { overwrite: true }));
    await last.close();
    await late;
    await thrown("draining", () => last.backup(copy, { overwrite: true }));
  });

  it("does not take another file for the store, where that was replaced", async () => {
    const path = newPath();
    const { runtime } = await started(path);
    const other = newPath();
    const { runtime: second, counter } = await started(other);
    await second.send(counter.at("a"), 1);
    await second.close();
    rmSync(path);
    writeFileSync(path, readFileSync(other));
    const copy = alone();
    const { message } = await thrown("store_failed", () => runtime.backup(copy));
    expect(message).toMatch(/is another file now/);
    expect(filesBeside(copy)).toEqual([]);
    await thrown("store_failed", () => runtime.close());
  });
});
