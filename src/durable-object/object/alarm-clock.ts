import type { Clock } from "../../model/clock.ts";

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
  readonly #platform: Clock;
  readonly #waiting = new Set<Waiting>();
  readonly #onWaits: () => void;

  readonly #onTimer: () => void;
  /** Timers that run. */
  #timers = 0;

  /** `onWaits` hears whenever a wait is added to the list or taken back, `onTimer` of each timer, before what it runs. */
  constructor(platform: Clock, onWaits: () => void, onTimer: () => void) {
    this.#platform = platform;
    this.#onWaits = onWaits;
    this.#onTimer = onTimer;
  }

  now(): number {
    return this.#platform.now();
  }

  monotonic(): number {
    return this.#platform.monotonic();
  }

  after(delayMs: number, run: () => void): () => void {
    if (delayMs <= longestTimerMs) {
      return this.#timer(delayMs, run);
    }
    const waiting = { at: this.now() + delayMs, run };
    this.#waiting.add(waiting);
    this.#onWaits();
    return () => {
      if (this.#waiting.delete(waiting)) this.#onWaits();
    };
  }

  /** Runs what is due. */
  ring(): void {
    if (this.#waiting.size === 0) return;
    const now = this.now();
    const due = [...this.#waiting].filter(({ at }) => at <= now);
    due.sort((left, right) => left.at - right.at);
    for (const waiting of due) if (this.#waiting.delete(waiting)) waiting.run();
    if (due.length > 0) this.#onWaits();
  }

  #timer(delayMs: number, run: () => void): () => void {
    let isOver = false;
    const end = (): void => {
      if (!isOver) this.#timers--;
      isOver = true;
    };
    this.#timers++;
    const cancel = this.#platform.after(delayMs, () => {
      end();
      this.#onTimer();
      run();
    });
    return () => {
      end();
      cancel();
    };
  }

  /** Whether a timer runs: its end would be lost with the object. */
  get isTicking(): boolean {
    return this.#timers > 0;
  }

  /** Whether anything is in the list. */
  get isWaitedFor(): boolean {
    return this.#waiting.size > 0;
  }

  /** When the first one in the list is due. */
  next(): number | undefined {
    let first: number | undefined;
    for (const { at } of this.#waiting) if (first === undefined || at < first) first = at;
    return first;
  }
}
