import { expect, it } from "vitest";
import { gathered } from "../../src/engine/views/gathered.ts";

it("reads as many as are asked for, or as have the bytes, and one if there is one", async () => {
  const read = async (limit: number, maxBytes: number, all: readonly number[]) =>
    (
      await gathered<number>(
        limit,
        maxBytes,
        (index) => all[index] ?? 0,
        (last) => ((last ?? -1) + 1 < all.length ? (last ?? -1) + 1 : undefined),
      )
    ).length;
  expect(await read(2, 100, [1, 1, 1])).toBe(2);
  expect(await read(9, 100, [1, 1, 1])).toBe(3);
  expect(await read(9, 100, [60, 60, 60])).toBe(2);
  expect(await read(9, 1, [500, 1])).toBe(1);
  expect(await read(9, 1, [])).toBe(0);
});

it("lets others have the thread every few milliseconds", async () => {
  let turns = 0;
  const others = setInterval(() => turns++, 0);
  const busy = (last: number | undefined): number => {
    const end = performance.now() + 2;
    while (performance.now() < end);
    return (last ?? 0) + 1;
  };
  await gathered<number>(50, 1_000, () => 1, busy);
  clearInterval(others);
  // 100 ms of work in turns of 5.
  expect(turns).toBeGreaterThan(8);
});

it("ends with what a read throws", async () => {
  const broken = gathered<number>(
    9,
    9,
    () => 1,
    () => {
      throw new Error("damaged");
    },
  );
  await expect(broken).rejects.toThrow("damaged");
});
