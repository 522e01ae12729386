import { webCrypto } from "#web-crypto";
import { deferredByPort } from "../internal/deferred.ts";
import type { RandomBytes } from "../internal/random-name.ts";
import type { Clock } from "../model/clock.ts";

/** The clock and the timers of the platform. */
export const platformClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** The name of `close` for `await using`: Node 18 and 20 have no such symbol, and the compiler makes the same one of it. */
export function asyncDispose(): typeof Symbol.asyncDispose {
  return Symbol.asyncDispose ?? (Symbol.for("Symbol.asyncDispose") as never);
}

/**
 * Runs something after the microtasks and after waiting I/O had its turn. Not by `setTimeout`, which waits a
 * millisecond and more: every commit would.
 */
export function deferred(): (run: () => void) => void {
  // Node, Deno and Bun have it, the Web has not.
  const { setImmediate } = globalThis as { setImmediate?: (run: () => void) => unknown };
  if (setImmediate !== undefined) return (run) => void setImmediate(run);
  return deferredByPort();
}

/** Asking the source takes as long for these as for a few. */
const pooledBytes = 4_096;
let pool = new Uint8Array(0);
/** How many of them were given out. */
let given = 0;

/** Bytes of the platform's cryptographic source, each given out once. */
export const platformBytes: RandomBytes = (count) => {
  if (pool.length < given + count) {
    const fresh = new Uint8Array(Math.max(count, pooledBytes));
    // It throws for too many, and in a Worker outside of a request: then nothing is given out.
    webCrypto.getRandomValues(fresh);
    pool = fresh;
    given = 0;
  }
  given += count;
  return pool.subarray(given - count, given);
};
