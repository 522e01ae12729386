import type { Clock } from "../model/clock.ts";

interface Waiting {
  readonly at: number;
  readonly run: () => void;
  isOver: boolean;
}

/** Time that stands still until it is moved. */
export class VirtualClock implements Clock {
  #now: number;
  /** In order of time; what is due at the same time in order of its setting. */
  readonly #waiting: Waiting[] = [];
  /** Grows when a duration is measured: a batch does this between two messages. */
  readings = 0;
  readonly #defer: (run: () => void) => void;
  readonly now = (): number => this.#now;
  readonly monotonic = (): number => {
    this.readings++;
    return this.#now;
  };

  constructor(startMs: number, defer: (run: () => void) => void) {
    this.#now = startMs;
    this.#defer = defer;
  }

  readonly after = (delayMs: number, run: () => void): (() => void) => {
    const entry: Waiting = { at: this.#now + Math.max(0, delayMs), run, isOver: false };
    let index = this.#waiting.length;
    while (index > 0 && (this.#waiting[index - 1]?.at ?? 0) > entry.at) index--;
    this.#waiting.splice(index, 0, entry);
    // What is due already does not wait for time to move.
    if (entry.at === this.#now) this.#defer(() => this.#runOne(entry));
    return () => this.#take(entry);
  };

  /** The time of what is due next. */
  get next(): number | undefined {
    return this.#waiting[0]?.at;
  }

  /** Moves time, and runs what is due then. */
  moveTo(time: number): void {
    if (time > this.#now) this.#now = time;
    for (;;) {
      const [first] = this.#waiting;
      if (first === undefined || first.at > this.#now) return;
      this.#runOne(first);
    }
  }

  #runOne(entry: Waiting): void {
    if (entry.isOver) return;
    this.#take(entry);
    entry.run();
  }

  #take(entry: Waiting): void {
    if (entry.isOver) return;
    entry.isOver = true;
    const index = this.#waiting.indexOf(entry);
    if (index >= 0) this.#waiting.splice(index, 1);
  }
}
