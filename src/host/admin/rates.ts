import type { Clock } from "../../model/clock.ts";
import { histogramBounds } from "../../model/histogram-bounds.ts";
import type { Histogram, RateFigures } from "../../surface/admin/admin-host.ts";
import { quantileOf } from "./quantile.ts";

const stepMs = 5_000;
/** Ten minutes. */
const steps = 120;
/** One more than are shown, for the step that goes on. */
const places = steps + 1;
/** What a clock may be off from the other one before it counts as set. */
const jumpMs = 1_000;
/** Of one answer: those with most traffic. */
const maxFunctions = 50;

/** What is counted of a function, in a run. */
export interface Handled {
  readonly completed: number;
  readonly failed: number;
}

/** One function, step by step. */
export class FunctionRates {
  /** Made when the first message was handled: of most names that are counted none is. */
  #steps: { readonly handled: Uint32Array; readonly failed: Uint32Array } | undefined;
  readonly #counts: Handled;
  #seenHandled = 0;
  #seenFailed = 0;
  /** It waits for the end of a window. */
  isTouched = false;

  constructor(counts: Handled) {
    this.#counts = counts;
  }

  /** Adds what has happened since the last time, and says how much that was. */
  take(place: number): Handled {
    const { completed, failed } = this.#counts;
    const taken = { completed: completed - this.#seenHandled, failed: failed - this.#seenFailed };
    this.#seenHandled = completed;
    this.#seenFailed = failed;
    const { handled, failed: failures } = this.steps;
    handled[place] = (handled[place] ?? 0) + taken.completed;
    failures[place] = (failures[place] ?? 0) + taken.failed;
    this.isTouched = false;
    return taken;
  }

  get steps(): { readonly handled: Uint32Array; readonly failed: Uint32Array } {
    this.#steps ??= { handled: new Uint32Array(places), failed: new Uint32Array(places) };
    return this.#steps;
  }

  clear(place: number): void {
    if (this.#steps === undefined) return;
    this.#steps.handled[place] = 0;
    this.#steps.failed[place] = 0;
  }

  /** Of all steps that are there. */
  get total(): number {
    if (this.#steps === undefined) return 0;
    const sum = (all: Uint32Array): number => all.reduce((left, right) => left + right, 0);
    return sum(this.#steps.handled) + sum(this.#steps.failed);
  }
}

/**
 * What happened in the last ten minutes, in steps of five seconds. It is looked at when a window ends, and when somebody reads: no timer
 * runs for it. An engine that writes no window for a while has handled nothing meanwhile, so these steps are zero. Nothing is known, and
 * NaN is kept, of the time before the run, and of steps that the clock has left out because it was set forward or the machine slept. A clock that is set back
 * changes nothing: time goes on as the monotonic clock says.
 */
export class Rates {
  readonly #clock: Pick<Clock, "now" | "monotonic">;
  readonly #commitMs: Histogram;
  /** What waits now. Undefined until the engine has started. */
  waiting: (() => number) | undefined;
  readonly #functions = new Map<string, FunctionRates>();
  readonly #touched: FunctionRates[] = [];
  readonly #handled = unknown();
  readonly #failed = unknown();
  readonly #waiting = unknown();
  readonly #commitP99Ms = unknown();
  /** Of the histogram when the step began. */
  #commits: readonly number[];
  /** Milliseconds on a line of its own, which never goes back; at first those since the epoch. */
  #time: number;
  #now: number;
  /** What the clocks said at a time of that line. */
  #anchor: { readonly now: number; readonly monotonic: number; readonly time: number };
  #lastWaiting = Number.NaN;

  /** `commitMs`: how long commits took, in all of the run. */
  constructor(clock: Pick<Clock, "now" | "monotonic">, commitMs: Histogram) {
    this.#clock = clock;
    this.#commitMs = commitMs;
    this.#commits = [...commitMs.counts];
    this.#now = clock.now();
    this.#time = this.#now;
    this.#anchor = { now: this.#now, monotonic: clock.monotonic(), time: this.#time };
    this.#begin(this.#step, true);
  }

  /** Called once for each name. Nothing is shown of a function before a message of it was handled. */
  of(typename: string, counts: Handled): FunctionRates {
    const rates = new FunctionRates(counts);
    this.#functions.set(typename, rates);
    return rates;
  }

  /** Messages of a function were handled. */
  touch(rates: FunctionRates | undefined): void {
    if (rates === undefined || rates.isTouched) return;
    rates.isTouched = true;
    this.#touched.push(rates);
  }

  /** A window has ended: what was handled since the one before counts to the step that goes on. */
  look(): void {
    this.#advance();
    const place = this.#step % places;
    for (const rates of this.#touched) {
      const { completed, failed } = rates.take(place);
      this.#handled[place] = (this.#handled[place] ?? 0) + completed;
      this.#failed[place] = (this.#failed[place] ?? 0) + failed;
    }
    this.#touched.length = 0;
    this.#lastWaiting = this.waiting?.() ?? Number.NaN;
  }

  /** `only`: this function alone, instead of those with most traffic. */
  read(only: string | undefined): RateFigures {
    this.look();
    const step = this.#step;
    const list = (all: Float64Array | Uint32Array): (number | null)[] =>
      Array.from({ length: steps }, (_, index) => {
        const place = (step - steps + index) % places;
        const value = all[place] ?? Number.NaN;
        return Number.isNaN(value) || Number.isNaN(this.#handled[place]) ? null : value;
      });
    const shown = this.#shown(only).map(([typename, { steps }]) => [
      typename,
      { handled: list(steps.handled), failed: list(steps.failed) },
    ]);
    return {
      stepMs,
      endMs: Math.round(this.#now - (this.#time - step * stepMs)),
      handled: list(this.#handled),
      failed: list(this.#failed),
      waiting: list(this.#waiting),
      commitP99Ms: list(this.#commitP99Ms),
      functions: Object.fromEntries(shown),
    };
  }

  #shown(only: string | undefined): readonly (readonly [string, FunctionRates])[] {
    if (only !== undefined) {
      const none = new FunctionRates({ completed: 0, failed: 0 });
      return [[only, this.#functions.get(only) ?? none]];
    }
    return Array.from(this.#functions, ([typename, rates]) => ({ typename, rates }))
      .map(({ typename, rates }) => ({ typename, rates, total: rates.total }))
      .filter(({ total }) => total > 0)
      .sort((left, right) => right.total - left.total)
      .slice(0, maxFunctions)
      .map(({ typename, rates }) => [typename, rates]);
  }

  get #step(): number {
    return Math.floor(this.#time / stepMs);
  }

  #advance(): void {
    const [now, monotonic] = [this.#clock.now(), this.#clock.monotonic()];
    const anchor = this.#anchor;
    const [byClock, ran] = [now - anchor.now, monotonic - anchor.monotonic];
    const before = this.#step;
    this.#now = now;
    // A clock that was set forward, or went on while the machine slept, says how old the steps are by now.
    // Set back by less than a jump, it waits until the other one has caught up: a step never begins twice.
    this.#time = Math.max(this.#time, anchor.time + Math.max(byClock, ran));
    // Not each time: the two count in grains of their own, and all that one is ahead by would add up.
    const hasJumped = Math.abs(byClock - ran) > jumpMs;
    if (hasJumped) this.#anchor = { now, monotonic, time: this.#time };
    const step = this.#step;
    if (step === before) return;
    this.#end(before);
    const isKnown = byClock - ran < stepMs;
    for (let next = Math.max(before + 1, step - steps); next < step; next++) {
      this.#begin(next, isKnown);
    }
    this.#begin(step, true);
  }

  #end(step: number): void {
    const place = step % places;
    this.#waiting[place] = this.#lastWaiting;
    const { counts } = this.#commitMs;
    const made = counts.map((count, bucket) => count - (this.#commits[bucket] ?? 0));
    this.#commits = [...counts];
    this.#commitP99Ms[place] = quantileOf(made, histogramBounds, 0.99);
  }

  /** Nothing has happened in it yet. */
  #begin(step: number, isKnown: boolean): void {
    const place = step % places;
    const none = isKnown ? 0 : Number.NaN;
    this.#handled[place] = none;
    this.#failed[place] = none;
    this.#waiting[place] = this.#lastWaiting;
    this.#commitP99Ms[place] = Number.NaN;
    for (const rates of this.#functions.values()) rates.clear(place);
  }
}

function unknown(): Float64Array {
  return new Float64Array(places).fill(Number.NaN);
}
