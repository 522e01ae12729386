import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sharedInTime } from "../../src/adapters/shared-in-time.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Work that ends when it is told to. */
function work() {
  let end = () => {};
  const done = new Promise<string>((resolve) => {
    end = () => resolve("done");
  });
  return { done, end };
}

describe("a timer that the requests of a server share", () => {
  test("ends each at its own time, in their order, and once", async () => {
    const { inTime } = sharedInTime();
    const ended: [string, number][] = [];
    const started = performance.now();
    const start = (name: string) =>
      inTime(1_000, work().done, () => ended.push([name, performance.now() - started]));
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

  test("gives what the work ends with, and what `late` gives or throws", async () => {
    const { inTime } = sharedInTime();
    const never = () => expect.unreachable();
    await expect(inTime(1_000, Promise.resolve(1), never)).resolves.toBe(1);
    await expect(inTime(1_000, Promise.reject(new Error("no")), never)).rejects.toThrow("no");
    const late = inTime(1_000, work().done, () => "late");
    const thrown = expect(
      inTime(1_000, work().done, () => {
        throw new RangeError("too late");
      }),
    ).rejects.toThrow("too late");
    vi.advanceTimersByTime(1_000);
    await expect(late).resolves.toBe("late");
    await thrown;
  });

  test("forgets what has ended, and goes on with what comes later", async () => {
    const { inTime } = sharedInTime();
    const late = vi.fn();
    const { done, end } = work();
    const ended = inTime(1_000, done, () => late("ended"));
    vi.advanceTimersByTime(999);
    end();
    await ended;
    inTime(1_000, work().done, () => late("kept"));
    vi.advanceTimersByTime(999);
    expect(late).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(late.mock.calls).toEqual([["kept"]]);
    vi.advanceTimersByTime(60_000);
    inTime(1_000, work().done, () => late("much later"));
    vi.advanceTimersByTime(1_000);
    expect(late.mock.calls).toEqual([["kept"], ["much later"]]);
  });

  test("takes one timer of the platform for a thousand, and one for each length", async () => {
    const { inTime } = sharedInTime();
    for (let count = 0; count < 1_000; count += 1) await inTime(1_000, Promise.resolve(), vi.fn());
    expect(vi.getTimerCount()).toBe(1);
    const order: number[] = [];
    inTime(1_000, work().done, () => order.push(1_000));
    inTime(20, work().done, () => order.push(20));
    vi.advanceTimersByTime(2_000);
    expect(order).toEqual([20, 1_000]);
  });

  test("keeps what starts when another ends", () => {
    const { inTime } = sharedInTime();
    const again = vi.fn();
    inTime(1_000, work().done, () => void inTime(1_000, work().done, again));
    vi.advanceTimersByTime(1_000);
    expect(again).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(again).toHaveBeenCalledTimes(1);
  });

  test("leaves no timer behind when its server has closed, and goes on if one more comes", async () => {
    const { inTime, end } = sharedInTime();
    await inTime(1_000, Promise.resolve(), vi.fn());
    await inTime(2_000, Promise.resolve(), vi.fn());
    expect(vi.getTimerCount()).toBe(2);
    end();
    expect(vi.getTimerCount()).toBe(0);
    const late = vi.fn();
    inTime(1_000, work().done, late);
    vi.advanceTimersByTime(1_000);
    expect(late).toHaveBeenCalledTimes(1);
  });
});
