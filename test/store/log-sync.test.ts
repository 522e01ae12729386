import { expect, it } from "vitest";
import { LogSync } from "../../src/store/sqlite/log-sync.ts";
import { loadPlatform } from "../../src/store/sqlite/platform.ts";

const platform = await loadPlatform();

/** A disk that flushes when the test says so. */
function slowDisk() {
  const running: ((error: Error | null) => void)[] = [];
  /** Descriptors of the flushes that run, in the order in which they began. */
  const used: number[] = [];
  const did: string[] = [];
  const failing: { error?: Error } = {};
  const fs = {
    ...platform.fs,
    fdatasync: (file: number, done: (error: Error | null) => void) => {
      did.push("begin");
      used.push(file);
      running.push(done);
    },
    fdatasyncSync: () => {
      did.push("at once");
      if (failing.error !== undefined) throw failing.error;
    },
    closeSync: () => void did.push("close"),
  };
  const log = new LogSync({ ...platform, fs }, "the store x", [7, 8, 9]);
  did.length = 0;
  const settled: string[] = [];
  /** A commit that so many wait for. */
  const commit = (name: string, waiting: number) => {
    log.committed();
    void log.durable(waiting).then(
      () => settled.push(name),
      (error: Error) => settled.push(`${name}: ${error.message}`),
    );
  };
  const end = async (which: number, error: Error | null = null) => {
    used.splice(which, 1);
    running.splice(which, 1)[0]?.(error);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { log, did, settled, commit, end, running, used, failing };
}

it("flushes beside the thread, at most three at a time, and the next one covers all that has come", async () => {
  const { did, settled, commit, end, running, used } = slowDisk();
  for (const name of ["1", "2", "3", "4", "5"]) commit(name, 9);
  expect(did).toEqual(["begin", "begin", "begin"]);
  // Linux tells of a failed write once for each descriptor, to one of those who flush by it.
  expect([...used].sort()).toEqual([7, 8, 9]);
  await end(0);
  expect(settled).toEqual(["1"]);
  expect(running).toHaveLength(3);
  expect([...used].sort()).toEqual([7, 8, 9]);
  commit("6", 9);
  await end(2);
  expect(settled).toEqual(["1", "2", "3", "4", "5"]);
  expect(running).toHaveLength(3);
  await end(0);
  await end(0);
  expect(settled).toHaveLength(5);
  await end(0);
  expect(settled).toEqual(["1", "2", "3", "4", "5", "6"]);
  expect(running).toHaveLength(0);
});

it("tells in order, also when a later flush ends first, and never by one that began before", async () => {
  const { settled, commit, end } = slowDisk();
  commit("1", 9);
  commit("2", 9);
  await end(1);
  expect(settled).toEqual(["1", "2"]);
  commit("3", 9);
  await end(0);
  expect(settled).toEqual(["1", "2"]);
  await end(0);
  expect(settled).toEqual(["1", "2", "3"]);
});

it("waits at once where few wait and nothing else is flushed", async () => {
  const { log, did, settled, commit, end } = slowDisk();
  commit("1", 1);
  commit("2", 4);
  expect(did).toEqual(["at once", "at once"]);
  commit("3", 5);
  commit("4", 1);
  commit("5", 0);
  expect(did.slice(2)).toEqual(["begin", "begin", "begin"]);
  for (let left = 3; left > 0; left--) await end(0);
  commit("6", 0);
  await end(0);
  expect(did.slice(5)).toEqual(["begin"]);
  expect(settled).toEqual(["1", "2", "3", "4", "5", "6"]);
  await log.durable(1);
  expect(did).toHaveLength(6);
});

it.each([1, 9])("tells nothing any more after a flush that failed, for %i", async (waiting) => {
  const { log, did, settled, commit, end, failing } = slowDisk();
  failing.error = new Error("EIO");
  for (const name of ["1", "2"]) commit(name, waiting);
  await end(0, failing.error);
  await end(0);
  delete failing.error;
  commit("3", waiting);
  await Promise.resolve();
  const lost = "the disk could not be flushed (EIO): the last changes may be lost";
  expect(settled).toEqual(["1", "2", "3"].map((name) => `${name}: the store x failed: ${lost}`));
  await expect(log.durable(waiting)).rejects.toMatchObject({ code: "store_failed", isFinal: true });
  expect(did.length).toBeLessThan(4);
});

it("closes the log when no thread uses it any more", async () => {
  const { log, did, settled, commit, end } = slowDisk();
  commit("1", 9);
  commit("2", 9);
  log.close();
  log.close();
  await end(0);
  expect(did).toEqual(["begin", "begin"]);
  await end(0);
  expect(did).toEqual(["begin", "begin", "close", "close", "close"]);
  expect(settled).toEqual(["1", "2"]);
});
