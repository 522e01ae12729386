import { StateFunError } from "../../internal/errors.ts";
import type { Clock } from "../../model/clock.ts";

/** A wall clock that is behind by less is waited for: time servers correct clocks by as little all the time. */
const toleranceMs = 1_000;
/** A wall clock that is behind by more is reported. */
const behindMs = 60_000;
/** One that gains more on the monotonic clock is reported: the machine slept, or its clock is wrong. */
const aheadMs = 3_600_000;

/**
 * The time of a partition. It follows the wall clock and never goes back, not even over restarts. It does not
 * stand still: while the wall clock is behind it, it continues by the monotonic clock. So delays and expirations
 * keep their length whatever happens to the wall clock. A jump ahead is accepted, because a machine that slept
 * makes the same jump.
 */
export class EngineTime {
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  #time: number;
  /** Engine time at a reading of the monotonic clock: the last one by the wall clock. */
  #anchor: { readonly time: number; readonly monotonic: number };
  /** Both clocks at the last look. */
  #seen: { readonly wall: number; readonly monotonic: number };
  #isReported = false;

  /** `time` is what the store has reached. */
  constructor(time: number, clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#onError = onError;
    this.#time = time;
    const monotonic = clock.monotonic();
    this.#seen = { wall: clock.now(), monotonic };
    this.#anchor = { time, monotonic };
    this.look();
  }

  now(): number {
    const wall = this.#clock.now();
    if (wall > this.#time) {
      this.#time = wall;
      this.#anchor = { time: wall, monotonic: this.#clock.monotonic() };
    } else if (this.#time - wall > toleranceMs) {
      const passed = Math.floor(this.#clock.monotonic() - this.#anchor.monotonic);
      this.#time = Math.max(this.#time, this.#anchor.time + passed);
    }
    return this.#time;
  }

  /** From now on it is at least this: what was made at that time is here now. */
  reach(time: number): void {
    if (time <= this.now()) return;
    this.#time = time;
    this.#anchor = { time, monotonic: this.#clock.monotonic() };
  }

  /** How far the wall clock is behind: 0 while it is right. */
  get behindMs(): number {
    const behind = this.now() - this.#clock.now();
    return behind > toleranceMs ? behind : 0;
  }

  /** Compares the clocks, and reports what a person should look at. Called at commits, and while timers wait. */
  look(): void {
    const time = this.now();
    const seen = { wall: this.#clock.now(), monotonic: this.#clock.monotonic() };
    const passed = seen.monotonic - this.#seen.monotonic;
    const ahead = seen.wall - this.#seen.wall - passed;
    this.#seen = seen;
    if (time === seen.wall) this.#anchor = { time, monotonic: seen.monotonic };
    if (ahead > aheadMs) {
      const hint = "unless the machine slept, its clock is or was wrong";
      this.#report(
        `the clock jumped ahead by ${lengthOf(ahead)}, and timers that are now due fire: ${hint}`,
      );
    }
    const behind = this.behindMs;
    if (behind > behindMs && !this.#isReported) {
      const rule = "the engine continues from the time of the store";
      this.#report(`the clock is ${lengthOf(behind)} behind the time of the store: ${rule}`);
    }
    this.#isReported = behind > behindMs || (this.#isReported && behind > 0);
  }

  #report(text: string): void {
    this.#onError(new StateFunError("clock_jumped", text));
  }
}

function lengthOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(ms / 3_600_000);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
