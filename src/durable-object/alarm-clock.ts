import type { Clock } from "../model/clock.ts";

/** A timer of the platform keeps the object in memory, and billed: what is longer waits for an alarm. */
const longestTimerMs = 2_000;

interface Waiting {
  readonly at: number;
  readonly run: () => void;
}

/**
 * The clock of an object. Short waits are timers; longer ones only stand in a list, and are looked at when the
 * object is woken by its alarm.
 */
export class AlarmClock implements Clock {
  readonly #waiting = new Set<Waiting>();
  readonly #clock: Clock;
  readonly #onLongWait: () => void;

  readonly #onTimer: () => void;

  /** `onLongWait` hears of each wait that stands in the list now, `onTimer` of each timer, before what it runs. */
  constructor(clock: Clock, onLongWait: () => void, onTimer: () => void) {
    this.#clock = clock;
    this.#onLongWait = onLongWait;
    this.#onTimer = onTimer;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  after(delayMs: number, run: () => void): () => void {
    if (delayMs <= longestTimerMs) {
      return this.#clock.after(delayMs, () => {
        this.#onTimer();
        run();
      });
    }
    const waiting = { at: this.now() + delayMs, run };
    this.#waiting.add(waiting);
    this.#onLongWait();
    return () => this.#waiting.delete(waiting);
  }

  /** Runs what is due. */
  ring(): void {
    const now = this.now();
    const due = [...this.#waiting].filter(({ at }) => at <= now);
    due.sort((left, right) => left.at - right.at);
    for (const waiting of due) if (this.#waiting.delete(waiting)) waiting.run();
  }

  /** When the first one in the list is due. */
  next(): number | undefined {
    let first: number | undefined;
    for (const { at } of this.#waiting) if (first === undefined || at < first) first = at;
    return first;
  }
}
