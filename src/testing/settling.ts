import { assertInteger, assertKnownKeys } from "../internal/assert.ts";
import type { Address } from "../sdk/addressing/address.ts";
import type { Activity } from "./activity.ts";
import type { FlinkRules } from "./flink-rules.ts";
import { notAnswered, patiently, stillRunning } from "./patience.ts";
import type { Restarts } from "./restarts.ts";
import type { UnknownFunctions } from "./unknown-functions.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** Turns of the event loop without an event, after which nothing goes on but handlers that wait. */
const quietTurns = 20;

/** Waits until nothing is left to do, and moves the clock. */
export class Settling {
  readonly #restarts: Restarts;
  readonly #clock: VirtualClock;
  readonly #activity: Activity;
  readonly #rules: FlinkRules | undefined;
  readonly #unknown: UnknownFunctions;
  readonly #patienceMs: number;

  constructor(parts: {
    readonly restarts: Restarts;
    readonly clock: VirtualClock;
    readonly activity: Activity;
    readonly rules: FlinkRules | undefined;
    readonly unknown: UnknownFunctions;
    readonly patienceMs: number;
  }) {
    this.#restarts = parts.restarts;
    this.#clock = parts.clock;
    this.#activity = parts.activity;
    this.#rules = parts.rules;
    this.#unknown = parts.unknown;
    this.#patienceMs = parts.patienceMs;
  }

  /** Resolves when nothing is left to do at this time of the clock. Handlers that run are waited for. */
  settled(): Promise<void> {
    const explain = () => stillRunning(this.#activity, this.#clock, this.#patienceMs);
    return patiently(this.#idle(), this.#activity, this.#patienceMs, explain);
  }

  /** The answer of a call, unless nothing goes on while it is waited for. */
  answer<T>(to: Address, work: Promise<T>): Promise<T> {
    const explain = () => {
      if (this.#activity.running.length > 0) {
        return stillRunning(this.#activity, this.#clock, this.#patienceMs);
      }
      const waiting = this.#restarts.current().partition.mailboxes.lengthOf(to);
      return notAnswered(to, this.#clock, waiting);
    };
    return patiently(work, this.#activity, this.#patienceMs, explain);
  }

  async advance(ms: number, options: { readonly whileRunning?: boolean } = {}): Promise<void> {
    assertInteger(ms, "the time to advance by", 0);
    assertKnownKeys(options, ["whileRunning"], "the options of advance");
    const wait = options.whileRunning === true ? () => this.#quiet() : () => this.settled();
    const end = this.#clock.now() + ms;
    for (;;) {
      await wait();
      const { next } = this.#clock;
      if (next === undefined || next > end) break;
      this.#move(next);
    }
    this.#move(end);
    await wait();
  }

  #move(time: number): void {
    this.#activity.rest();
    this.#clock.moveTo(time);
  }

  async #idle(): Promise<void> {
    for (;;) {
      const engine = await this.#restarts.engine();
      await engine.idle();
      if ((await this.#restarts.engine()) !== engine) continue;
      this.#activity.rest();
      this.#rules?.assertKept(engine);
      this.#unknown.assertNone();
      return;
    }
  }

  /** Resolves when everything is done, or when only handlers are left that wait. */
  async #quiet(): Promise<void> {
    const { done, idle } = marked(this.#idle());
    let seen = this.#activity.progress;
    for (let turns = 0; turns < quietTurns && !done(); turns++) {
      await new Promise((resolve) => setTimeout(resolve));
      if (this.#activity.running.length > 0 && this.#activity.progress === seen) continue;
      seen = this.#activity.progress;
      turns = 0;
    }
    if (done()) await idle;
  }
}

/** A promise that can be asked whether it has settled. */
function marked(idle: Promise<void>): {
  readonly done: () => boolean;
  readonly idle: Promise<void>;
} {
  let isDone = false;
  const mark = (): void => {
    isDone = true;
  };
  idle.then(mark, mark);
  return { done: () => isDone, idle };
}
