import type { Clock } from "../../model/clock.ts";

/**
 * The platform's clock, with the timers that it has now. An engine takes them when it is made: where a test fakes timers
 * later, its own would run in the context of the test, in which an object cannot use its storage. The date is looked at each
 * time, so a test may set it.
 */
export function takenClock(): Clock {
  const { setTimeout, clearTimeout } = globalThis;
  const monotonic = performance.now.bind(performance);
  return {
    now: () => Date.now(),
    monotonic,
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  };
}

/** Waits for work, and no longer than this. No timer is left behind: it would keep an object in memory. */
export async function waitFor(clock: Clock, delayMs: number, work: Promise<void>): Promise<void> {
  let cancel = (): void => {};
  const late = new Promise<void>((resolve) => {
    cancel = clock.after(delayMs, resolve);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    cancel();
  }
}
