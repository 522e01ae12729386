import { afterEach, expect, it, vi } from "vitest";
import type { AdminHost } from "../../src/surface/admin/admin-host.ts";
import { Snapshots } from "../../src/surface/admin/live/snapshots.ts";
import type { SurfaceHost } from "../../src/surface/surface-host.ts";

afterEach(() => void vi.restoreAllMocks());

/** Snapshots of groups of dead letters, each of which takes so long. */
function slow(tookMs: number) {
  let now = 0;
  let made = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const admin = {
    async deadGroups() {
      made++;
      await Promise.resolve();
      now += tookMs;
      return [];
    },
  };
  // Nothing else of them is asked for.
  const from = { host: {} as SurfaceHost, admin: admin as unknown as AdminHost };
  const snapshots = new Snapshots(from, 1_000);
  const look = () => snapshots.of("dead-letters");
  const wait = (ms: number): void => {
    now += ms;
  };
  return { look, wait, made: () => made };
}

it("a snapshot that takes long is made in a tenth of the time at most", async () => {
  const { look, wait, made } = slow(3_000);
  for (let left = 300; left > 0; left--) {
    await look();
    wait(1_000);
  }
  expect(made()).toBeGreaterThan(5);
  expect(made()).toBeLessThan(15);
});

it("a snapshot that takes no time is made each second", async () => {
  const { look, wait, made } = slow(0);
  for (let left = 30; left > 0; left--) {
    await look();
    wait(1_000);
  }
  expect(made()).toBe(30);
});

it("streams that ask together share one snapshot while it is made", async () => {
  const { look, made } = slow(3_000);
  await Promise.all(Array.from({ length: 10 }, look));
  expect(made()).toBe(1);
});

it("figures of many functions are those of the busiest ones, and say how many are left out", async () => {
  const functions = Array.from({ length: 5_000 }, (_, at) => ({
    ...{ typename: `crowd/function-${at}`, accepted: at % 7, refused: 0, completed: 0, failed: 0 },
    ...{ dead: 0, waiting: at % 1_000 === 999 ? at : 0, oldestMs: 0 },
    durationMs: { counts: Array.from({ length: 20 }, () => 0), sum: 0 },
  }));
  const admin = { figures: async () => ({ functions }) };
  const from = { host: {} as SurfaceHost, admin: admin as unknown as AdminHost };
  const { bytes } = await new Snapshots(from, 1_000).of("functions");
  const text = new TextDecoder().decode(bytes());
  expect(text.length).toBeLessThan(140_000);
  const { functions: some, leftOut } = JSON.parse(text.slice(text.indexOf("data: ") + 6));
  const names = Object.keys(some);
  expect(names.length).toBeGreaterThan(300);
  expect(names.length + leftOut).toBe(5_000);
  expect(names.slice(0, 5)).toEqual(
    [4_999, 3_999, 2_999, 1_999, 999].map((at) => `crowd/function-${at}`),
  );
  expect(names.slice(5).every((name) => some[name].accepted === 6)).toBe(true);
});
