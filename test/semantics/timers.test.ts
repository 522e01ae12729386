import { type Context, string } from "statefun";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { complete, wires, wireValue } from "./support/program.ts";
import { bound, sleep } from "./support/waiting.ts";

const messages = [wireValue(string, "go")];

describe.each(wires)("the timer of a batch on wire $name", (codec) => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const options = { timeoutMs: 1_000 };

  it.each<readonly [string, (context: Context) => unknown]>([
    ["does not wait", () => undefined],
    ["does not wait and looks at the signal", ({ signal }) => void signal.aborted],
    ["waits", () => sleep(10)],
    ["waits and looks at the signal", async ({ signal }) => await sleep(signal.aborted ? 0 : 10)],
  ])("leaves no timer behind a handler that %s", async (_what, handle) => {
    const work = complete(codec, bound(handle), { messages }, options);
    await vi.advanceTimersByTimeAsync(10);
    await work;
    expect(vi.getTimerCount()).toBe(0);
  });

  it("leaves no timer behind a handler that fails", async () => {
    const functions = bound(async ({ signal }) => {
      throw new RangeError(`aborted: ${signal.aborted}`);
    });
    await expect(complete(codec, functions, { messages }, options)).rejects.toThrow("false");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("starts no timer for a signal that is asked for when all is over", async () => {
    const kept: Context[] = [];
    await complete(
      codec,
      bound((context) => void kept.push(context)),
      { messages },
      options,
    );
    try {
      void kept[0]?.signal.aborted;
    } catch {
      // Refusing would be as good.
    }
    expect(vi.getTimerCount()).toBe(0);
  });
});
