import { expect, it } from "vitest";
import type { Partition } from "../../src/engine/partition.ts";
import { StoredCounts } from "../../src/host/admin/stored-counts.ts";

/** A store with one timer, which can be read or not. */
function storeWithTimer() {
  let failures = 0;
  const store = {
    timerHeads: (after: number) => {
      if (failures-- > 0) throw new Error("the disk is gone");
      return after < 0 ? [{ number: 1, typename: "a/b" }] : [];
    },
    deadHeads: () => [],
  };
  const partition = { options: { store } } as unknown as Partition;
  return {
    counts: new StoredCounts(
      () => partition,
      () => ["a/b", "a/c"],
    ),
    fail: (times: number) => {
      failures = times;
    },
  };
}

it("figures are missing while the store cannot be read, and nothing fails by it", async () => {
  const { counts, fail } = storeWithTimer();
  fail(1);
  expect(await counts.read()).toBeUndefined();
  await expect
    .poll(async () => [...((await counts.read())?.timers ?? [])], { timeout: 60_000 })
    .toEqual([
      ["a/b", 1],
      ["a/c", 0],
    ]);
});

it("many who ask at the same time wait for one count", async () => {
  const { counts } = storeWithTimer();
  const [first, ...others] = await Promise.all(Array.from({ length: 50 }, () => counts.read()));
  expect(first?.timers.get("a/b")).toBe(1);
  for (const other of others) expect(other).toBe(first);
});
