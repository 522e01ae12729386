import type { Clock } from "../../src/model/clock.ts";
import type { Dice } from "./dice.ts";

interface Waiting {
  readonly at: number;
  readonly run: () => void;
}

/** What ended a run of the scheduler. */
export type Ending = "at rest" | "restless";

/**
 * The event loop of a whole world: one thing runs at a time, then all of its microtasks, and the dice decide
 * what is next. Time stands still meanwhile, and moves only to what waits for it.
 */
export class Scheduler implements Clock {
  readonly #dice: Dice;
  /** In order of time; what is due at the same time in order of its setting. */
  readonly #waiting: Waiting[] = [];
  readonly #queues: (() => void)[][] = [];
  #now = 1_700_000_000_000;
  steps = 0;
  /** How often what is due later comes before what is due now, in a slow loop. */
  lateness = 0.05;
  /** Called before every step. */
  beforeStep: () => void = () => {};

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  readonly now = (): number => this.#now;

  readonly monotonic = (): number => this.#now;

  readonly after = (delayMs: number, run: () => void): (() => void) => {
    const entry: Waiting = { at: this.#now + Math.max(0, delayMs), run };
    let index = this.#waiting.length;
    while (index > 0 && (this.#waiting[index - 1]?.at ?? 0) > entry.at) index--;
    this.#waiting.splice(index, 0, entry);
    return () => {
      const at = this.#waiting.indexOf(entry);
      if (at >= 0) this.#waiting.splice(at, 1);
    };
  };

  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.after(delayMs, resolve));
  }

  /** Time passes in which nothing runs. */
  jump(byMs: number): void {
    this.#now += byMs;
  }

  /** A line of deferred work of its own: in order, but in no order with that of others. */
  line(): (run: () => void) => void {
    const queue: (() => void)[] = [];
    this.#queues.push(queue);
    return (run) => queue.push(run);
  }

  /** Runs until nothing is left that could ever run. */
  async run(maxSteps: number): Promise<Ending> {
    const end = this.steps + maxSteps;
    for (;;) {
      // Nothing in this world is real I/O, so one turn of the real loop runs all microtasks.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#isAtRest) return "at rest";
      if (this.steps === end) return "restless";
      this.steps++;
      this.beforeStep();
      this.#next()?.();
    }
  }

  get #isAtRest(): boolean {
    return this.#waiting.length === 0 && this.#queues.every(({ length }) => length === 0);
  }

  #next(): (() => void) | undefined {
    const busy = this.#queues.filter(({ length }) => length > 0);
    const [first] = this.#waiting;
    const isLate = first !== undefined && this.#dice.chance(this.lateness);
    if (busy.length > 0 && !isLate) {
      return busy[this.#dice.integer(0, busy.length - 1)]?.shift();
    }
    if (first === undefined) return undefined;
    this.#waiting.shift();
    if (first.at > this.#now) this.#now = first.at;
    return first.run;
  }
}
