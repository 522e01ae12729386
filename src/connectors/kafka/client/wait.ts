import { inTime } from "../../../internal/deadline.ts";
import { backOffMs } from "../../../model/back-off.ts";

/** Resolves after a time, or once the signal is aborted. Never rejects. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}

/** Doubles from `first` to `most` milliseconds, half of each by chance, so that many do not come at once. */
export function backOff(tries: number, first: number, most: number): number {
  return backOffMs({ initialDelayMs: first, maxDelayMs: most }, tries + 1, Math.random);
}

/** The first of the two. What is late is left alone, and a failure is nobody's. */
export async function within(work: Promise<unknown>, ms: number): Promise<void> {
  await inTime(ms, work, () => undefined).catch(() => undefined);
}

/** A wait that its owner can end early. */
export class Pause {
  #wake: (() => void) | undefined;

  /** Resolves after a time, when it is woken, or at the end of the signal. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const wake = (): void => woken.abort();
    this.#wake = wake;
    signal.addEventListener("abort", wake);
    if (!signal.aborted) await wait(ms, woken.signal);
    signal.removeEventListener("abort", wake);
    this.#wake = undefined;
  }

  wake(): void {
    this.#wake?.();
  }
}
