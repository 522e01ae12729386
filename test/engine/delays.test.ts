import { StatefulFunctions, string } from "statefun";
import { createTestRuntime } from "statefun/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { hosted, stores } from "./support/stores.ts";

const longest = 8.64e15;
const waits = [0, 1, 1_500, 2 ** 31 - 1, 2 ** 31, 31_536_000_000, 7.5e12, 3e13] as const;

/** Sets a timer for so many milliseconds, as text; "" is counted. */
function sleeper() {
  const functions = new StatefulFunctions();
  const times: number[] = [];
  const ref = functions.bind("test/sleeper", { accepts: string }, (context, delay) => {
    if (delay === "") times.push(context.now());
    else context.sendAfter(Number(delay), ref.at(context.self.id), "");
  });
  return { functions, ref, times };
}

describe.each(stores)("a delay on $name", (store) => {
  const host = hosted(store);
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([...waits, longest])(
    "of %s ms is taken from outside and from functions, and kept over a restart",
    async (given) => {
      const { functions, ref, times } = sleeper();
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
      let runtime = await host.start(functions);
      const startedAt = Date.now();
      const delayMs = given === longest ? longest - startedAt : given;
      await runtime.send(ref.at("inside"), String(delayMs));
      await runtime.send(ref.at("outside"), "", { delayMs });
      await runtime.idle();
      runtime = await host.start(functions);
      await runtime.idle();
      const early = Math.min(delayMs - 1, 100_000);
      await vi.advanceTimersByTimeAsync(Math.max(early, 0));
      await runtime.idle();
      expect(times).toHaveLength(delayMs <= 0 ? 2 : 0);
      if (given === longest) return;
      // As the clock of a machine that slept.
      vi.setSystemTime(startedAt + delayMs);
      await vi.advanceTimersByTimeAsync(60_000);
      await runtime.idle();
      expect(times).toHaveLength(2);
      for (const time of times) expect(time).toBeGreaterThanOrEqual(startedAt + delayMs);
    },
  );

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, longest])(
    "of %s ms is refused",
    async (delayMs) => {
      const { functions, ref } = sleeper();
      const runtime = await host.start(functions);
      const sending = runtime.send(ref.at("1"), "", { delayMs });
      await expect(sending).rejects.toMatchObject({ code: "invalid_argument" });
    },
  );
});

it.each(waits)(
  "a delay of %s ms is over in the test runtime when its time has come",
  async (delayMs) => {
    const { functions, ref, times } = sleeper();
    await using runtime = await createTestRuntime(functions);
    const startedAt = runtime.now();
    await runtime.send(ref.at("inside"), String(delayMs));
    await runtime.send(ref.at("outside"), "", { delayMs });
    if (delayMs > 0) await runtime.advance(delayMs - 1);
    expect(times).toHaveLength(delayMs === 0 ? 2 : 0);
    if (delayMs > 0) await runtime.advance(1);
    expect(times).toEqual([startedAt + delayMs, startedAt + delayMs]);
  },
);
