import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { describe, expect, it } from "vitest";
import { Counters } from "../../src/host/admin/counters.ts";
import { quantileOf } from "../../src/host/admin/quantile.ts";
import { type Answered, cart, start, trouble, worker } from "./app.ts";

const stepMs = 5_000;
/** The beginning of a step, and of some run. */
const epoch = 1_700_000_000_000;

/** What counts a run whose time is set by hand. */
function counted(now = epoch) {
  const clock = { now, monotonic: 0 };
  const counters = new Counters(
    { now: () => clock.now, monotonic: () => clock.monotonic },
    () => true,
  );
  const { observer, rates } = counters;
  let waiting = 0;
  rates.waiting = () => waiting;
  const engine = "embedded" as const;
  const handle = (times: number, outcome: "completed" | "failed" = "completed", name = "a/one") => {
    for (let left = times; left > 0; left--) {
      const message = { id: undefined, typename: "", caller: undefined, headers: [], bytes: 0 };
      const messages = [{ ...message, attempt: 1 }];
      const address = { typename: name, id: "1" };
      const observation = observer.handling?.({ engine, address, messages, isRemote: false });
      observation?.ended?.({ outcome, error: undefined, durationMs: 1 });
    }
  };
  return {
    clock,
    rates,
    handle,
    wait(messages: number) {
      waiting = messages;
    },
    commit: (durationMs = 1) =>
      observer.committed?.({ engine, steps: 1, rows: 1, bytes: 1, durationMs }),
    /** Both clocks go on. */
    pass(ms: number) {
      clock.now += ms;
      clock.monotonic += ms;
    },
    /** The last steps that have ended. */
    last: (count: number) => {
      const { handled, failed, waiting, commitP99Ms } = rates.read(undefined);
      const end = (all: readonly (number | null)[]) => all.slice(-count);
      return {
        handled: end(handled),
        failed: end(failed),
        waiting: end(waiting),
        commitP99Ms: end(commitP99Ms),
      };
    },
  };
}

describe("what was handled, step by step", () => {
  it("is not known before the run, and has only steps that are over", () => {
    const { handle, commit, pass, rates, last } = counted();
    expect(rates.read(undefined).handled).toEqual(Array(120).fill(null));
    handle(3);
    commit();
    pass(4_999);
    expect(last(1).handled).toEqual([null]);
    pass(1);
    expect(last(2)).toMatchObject({ handled: [null, 3], failed: [null, 0] });
    expect(rates.read(undefined)).toMatchObject({ stepMs, endMs: epoch + stepMs });
    expect(rates.read(undefined).handled).toHaveLength(120);
  });

  it("counts to the step in which its window ended, however long nothing was before", () => {
    const { handle, commit, pass, last } = counted();
    handle(1);
    commit();
    pass(4 * stepMs);
    handle(2);
    handle(1, "failed");
    commit();
    pass(stepMs);
    expect(last(6)).toMatchObject({
      handled: [null, 1, 0, 0, 0, 2],
      failed: [null, 0, 0, 0, 0, 1],
    });
  });

  it("is seen by a reader although no window has ended since", () => {
    const { handle, pass, last } = counted();
    handle(1);
    last(1);
    handle(1);
    pass(stepMs);
    handle(5);
    // As it is looked at now for the first time, these count now.
    expect(last(1).handled).toEqual([1]);
    pass(stepMs);
    expect(last(2).handled).toEqual([1, 6]);
  });

  it("has what waited at the end of each step, and how long commits of that step took", () => {
    const { wait, commit, pass, last } = counted();
    wait(5);
    for (let left = 200; left > 0; left--) commit(0.2);
    pass(stepMs);
    wait(7);
    for (let left = 90; left > 0; left--) commit(0.2);
    for (let left = 10; left > 0; left--) commit(40);
    pass(stepMs);
    pass(stepMs);
    const { waiting, commitP99Ms } = last(4);
    expect(waiting).toEqual([null, 5, 7, 7]);
    const [unknown, quick, slow, none] = commitP99Ms;
    expect([unknown, none]).toEqual([null, null]);
    expect(quick).toBeGreaterThan(0.1);
    expect(quick).toBeLessThanOrEqual(0.25);
    expect(slow).toBeGreaterThan(25);
    expect(slow).toBeLessThanOrEqual(50);
  });

  it("forgets what is older than ten minutes", () => {
    const { handle, commit, pass, last, rates } = counted();
    handle(1);
    commit();
    pass(120 * stepMs);
    expect(rates.read(undefined).handled[0]).toBe(1);
    pass(stepMs);
    expect(rates.read(undefined).handled).toEqual(Array(120).fill(0));
    expect(rates.read(undefined).functions).toEqual({});
    pass(100_000 * stepMs);
    handle(2);
    commit();
    pass(stepMs);
    expect(last(2).handled).toEqual([0, 2]);
  });

  it("is of the 50 functions with most traffic, or of one that is named", () => {
    const { handle, commit, pass, rates } = counted();
    for (let at = 1; at <= 60; at++) handle(at, "completed", `a/${at}`);
    handle(1_000, "failed", "a/failing");
    commit();
    pass(stepMs);
    const { functions, handled } = rates.read(undefined);
    expect(handled.at(-1)).toBe(1_830);
    expect(Object.keys(functions)).toHaveLength(50);
    expect(functions["a/60"]?.handled.slice(-2)).toEqual([null, 60]);
    expect(functions["a/failing"]?.failed.at(-1)).toBe(1_000);
    expect(functions).not.toHaveProperty("a/11");
    expect(rates.read("a/11").functions).toMatchObject({ "a/11": {} });
    expect(rates.read("a/none").functions["a/none"]?.handled.slice(-2)).toEqual([null, 0]);
  });

  it("is aligned to whole steps of the clock", () => {
    const { pass, last, rates, handle, commit } = counted(epoch + 3_000);
    handle(1);
    commit();
    pass(2_000);
    expect(last(1).handled).toEqual([1]);
    expect(rates.read(undefined).endMs).toBe(epoch + stepMs);
  });
});

/** Give or take one. */
function near(count: number | null): unknown {
  return count === null ? null : expect.closeTo(count, -0.5);
}

describe("a clock that jumps", () => {
  it("ahead leaves a gap, because nobody knows what was in it", () => {
    const { handle, commit, pass, last, clock, rates } = counted();
    handle(1);
    commit();
    pass(stepMs);
    handle(2);
    commit();
    // As pass a sleep, in which the monotonic clock may stand.
    clock.now += 3 * stepMs;
    handle(4);
    commit();
    pass(stepMs);
    handle(8);
    commit();
    pass(stepMs);
    expect(last(7).handled).toEqual([null, 1, 2, null, null, 4, 8]);
    expect(rates.read(undefined).endMs).toBe(clock.now);
  });

  it("back changes nothing: time goes on, and what was is as old as it is", () => {
    const { handle, commit, pass, last, clock, rates } = counted();
    handle(1);
    commit();
    pass(stepMs);
    clock.now -= 3_600_000;
    for (const count of [2, 3]) {
      handle(count);
      commit();
      pass(stepMs);
    }
    expect(last(4).handled).toEqual([null, 1, 2, 3]);
    expect(rates.read(undefined).endMs).toBe(clock.now);
  });

  it("ahead and back by less than a second begins no step twice", () => {
    const { handle, commit, pass, last, clock } = counted();
    pass(stepMs - 500);
    handle(5);
    commit();
    clock.now += 900;
    handle(3);
    commit();
    clock.now -= 900;
    handle(1);
    commit();
    pass(stepMs + 500);
    expect(last(3).handled).toEqual([null, 5, 4]);
  });

  it("does not go faster for being looked at, though the two count in grains of their own", () => {
    const { clock, last, handle, commit } = counted();
    for (let time = 0; time < 5 * stepMs; time += 0.3) {
      clock.now = epoch + Math.floor(time);
      clock.monotonic = time;
      if (Math.round(time / 0.3) % 100 === 0) handle(1);
      commit();
    }
    clock.now = epoch + 5 * stepMs;
    clock.monotonic = 5 * stepMs;
    const { handled } = last(6);
    expect(handled).toEqual([null, 167, 167, 166, 167, 167].map(near));
  });

  it("by less than a step is no gap", () => {
    const { handle, commit, last, clock } = counted();
    handle(1);
    commit();
    clock.now += stepMs + 4_000;
    clock.monotonic += stepMs;
    handle(2);
    commit();
    clock.now += stepMs;
    clock.monotonic += stepMs;
    expect(last(2).handled).toEqual([1, 2]);
  });
});

it("estimates a quantile as Prometheus does, and none of nothing", () => {
  const bounds = [1, 2, 4];
  expect(quantileOf([0, 0, 0, 0], bounds, 0.99)).toBeNaN();
  expect(quantileOf([100, 0, 0, 0], bounds, 0.99)).toBe(0.99);
  expect(quantileOf([0, 0, 100, 0], bounds, 0.5)).toBe(3);
  expect(quantileOf([98, 0, 0, 2], bounds, 0.99)).toBe(4);
  expect(quantileOf([0, 1, 0, 0], bounds, 0.99)).toBe(1.99);
});

const stores = {
  memory: () => memoryStore(),
  SQLite: () => sqliteStore(join(mkdtempSync(join(tmpdir(), "statefun-rates-")), "store.db")),
};

describe.each(Object.entries(stores))("with %s and the clock of the platform", (_, store) => {
  it("all that was handled and has failed is in some step, once", async () => {
    const { runtime, read, ask } = await start({ store: store() });
    const before = Math.floor(Date.now() / stepMs);
    for (let left = 20; left > 0; left--)
      await runtime.call(cart.at("1"), { item: "pen", count: 1 });
    await runtime.send(worker.at("1"), "never");
    await runtime.idle();
    const sum = (all: readonly (number | null)[]): number =>
      all.reduce<number>((total, one) => total + (one ?? 0), 0);
    const shown = async (): Promise<Answered> => read("/admin/rates");
    const fits = async () => {
      const { handled, failed, functions } = await shown();
      return [sum(handled), sum(failed), sum(functions["ops/cart"]?.handled ?? [])];
    };
    await expect.poll(fits, { interval: 200 }).toEqual([20, 1, 20]);
    const askedAt = Date.now();
    const { endMs, handled, waiting, commitP99Ms } = await shown();
    expect(Math.round(endMs / stepMs)).toBeGreaterThan(before);
    expect(endMs).toBeGreaterThan(askedAt - 2 * stepMs);
    expect(endMs).toBeLessThan(Date.now() + 2 * stepMs);
    expect([handled.length, waiting.length, commitP99Ms.length]).toEqual([120, 120, 120]);
    expect(waiting.at(-1)).toBe(0);
    expect(commitP99Ms.some((one: number | null) => one !== null && one > 0)).toBe(true);
    const { functions } = await read("/admin/rates?function=ops/worker");
    expect(Object.keys(functions)).toEqual(["ops/worker"]);
    expect((await ask("/admin/rates?function=ops/nobody")).status).toBe(404);
    expect(trouble.text).toBeUndefined();
  });
});
