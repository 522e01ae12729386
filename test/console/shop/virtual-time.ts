import { webcrypto } from "node:crypto";
import { deferred, platformClock } from "../../../src/host/platform.ts";
import { bytesBy, seeded } from "../../../src/testing/random.ts";
import { VirtualClock } from "../../../src/testing/virtual-clock.ts";

/**
 * Gives the runtimes of this process a clock that stands still and chance that is always the same, so that a picture of one is
 * the same twice. For good: only for a process, or a file of tests, that does nothing else.
 */
export function standStill(startMs: number, seed: number): VirtualClock {
  const clock = new VirtualClock(startMs, deferred());
  const random = seeded(seed);
  const bytes = bytesBy(seeded(~seed));
  // What is measured takes a little longer each time somebody looks: most steps a part of a millisecond, some of them more.
  let measured = 0;
  const monotonic = (): number => {
    measured += 0.05 + 2.4 * random() ** 6;
    return clock.now() + measured;
  };
  Object.assign(platformClock, { now: clock.now, after: clock.after, monotonic });
  Math.random = seeded(seed + 1);
  webcrypto.getRandomValues = (array) => {
    const view = array as unknown as Uint8Array;
    view.set(bytes(view.length));
    return array;
  };
  return clock;
}
