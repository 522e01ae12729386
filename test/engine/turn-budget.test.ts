import { describe, expect, it } from "vitest";
import type { EngineFunction } from "../../src/engine/contract/function-transport.ts";
import { TurnBudget } from "../../src/engine/contract/turn-budget.ts";

// What it is is of no account here: functions are told apart.
const named = (typename: string) => ({ typename }) as EngineFunction;

/** Windows full of messages of one function, each of which takes so many milliseconds. */
function windows(budget: TurnBudget, clock: { ms: number }, fn: EngineFunction, eachMs: number) {
  return (count: number) =>
    Array.from({ length: count }, () => {
      let messages = 0;
      budget.open();
      while (!budget.isSpent) {
        const step = Math.min(64, budget.limit(fn));
        budget.begin(fn, step);
        messages += step;
      }
      clock.ms += messages * eachMs;
      budget.close();
      return messages;
    });
}

function made(fn: EngineFunction, eachMs: number) {
  const clock = { ms: 0 };
  const budget = new TurnBudget(() => clock.ms);
  return { clock, budget, run: windows(budget, clock, fn, eachMs) };
}

describe("a window by a clock that stands", () => {
  it("begins with few messages of a function that nobody knows", () => {
    expect(made(named("a/new"), 3).run(1)).toEqual([25]);
  });

  it.for([0.3, 3, 12, 49])(
    "takes messages of %f ms each for 50 ms, the last one excepted",
    (eachMs) => {
      const later = made(named("a/b"), eachMs).run(20).slice(10);
      for (const messages of later) {
        expect((messages - 1) * eachMs).toBeLessThanOrEqual(50);
        expect((messages + 1) * eachMs).toBeGreaterThan(45);
      }
    },
  );

  it("takes one of those that take longer", () => {
    expect(made(named("a/long"), 400).run(5).slice(1)).toEqual([1, 1, 1, 1]);
  });

  it("takes 1,000 of those that take nothing, after some windows", () => {
    const sizes = made(named("a/quick"), 0).run(12);
    expect(sizes.at(-1)).toBe(1_000);
    sizes.reduce((before, after) => {
      expect(after).toBeLessThanOrEqual(2 * before);
      return after;
    });
  });

  it("is short again at once when a function has become slow", () => {
    const fn = named("a/b");
    const { budget, clock, run } = made(fn, 0);
    run(12);
    const [long, short] = windows(budget, clock, fn, 3)(2);
    expect([long, short]).toEqual([1_000, 17]);
  });

  it("does not count one function for another that is slow", () => {
    const [slow, quick] = [named("a/slow"), named("a/quick")];
    const { budget, clock, run } = made(quick, 0);
    run(12);
    expect(windows(budget, clock, slow, 25)(3).at(-1)).toBe(2);
    expect(run(1)).toEqual([1_000]);
  });

  it("of which the clock says nothing, or goes back, is a window all the same", () => {
    const fn = named("a/b");
    const { run } = made(fn, -5);
    expect(run(10).every((messages) => messages >= 16 && messages <= 1_000)).toBe(true);
  });

  it("without any step changes nothing", () => {
    const { budget, run } = made(named("a/b"), 3);
    budget.close();
    expect(run(1)).toEqual([25]);
  });
});
