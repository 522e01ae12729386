import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SharedTimer } from "../../src/internal/deadline.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a timer that many share", () => {
  test("ends each at its own time, in their order, and once", () => {
    const timer = new SharedTimer(1_000);
    const ended: [string, number][] = [];
    const started = performance.now();
    const start = (name: string) =>
      timer.start(() => ended.push([name, performance.now() - started]));
    start("first");
    vi.advanceTimersByTime(400);
    start("second");
    start("third");
    vi.advanceTimersByTime(10_000);
    expect(ended).toEqual([
      ["first", 1_000],
      ["second", 1_400],
      ["third", 1_400],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("forgets what was stopped, and goes on with what comes later", () => {
    const timer = new SharedTimer(1_000);
    const ended: string[] = [];
    const stop = timer.start(() => ended.push("stopped"));
    vi.advanceTimersByTime(999);
    stop();
    stop();
    timer.start(() => ended.push("kept"));
    vi.advanceTimersByTime(999);
    expect(ended).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ended).toEqual(["kept"]);
    vi.advanceTimersByTime(60_000);
    timer.start(() => ended.push("much later"));
    vi.advanceTimersByTime(1_000);
    expect(ended).toEqual(["kept", "much later"]);
  });

  test("takes one timer of the platform for a thousand", () => {
    const timer = new SharedTimer(1_000);
    for (let count = 0; count < 1_000; count += 1) timer.start(() => undefined)();
    expect(vi.getTimerCount()).toBe(1);
  });

  test("one that starts another at its end does not lose it", () => {
    const timer = new SharedTimer(1_000);
    const again = vi.fn();
    timer.start(() => timer.start(again));
    vi.advanceTimersByTime(1_000);
    expect(vi.getTimerCount()).toBe(1);
    expect(again).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(again).toHaveBeenCalledTimes(1);
  });
});
