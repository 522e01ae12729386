import type { EngineFunction } from "./function-transport.ts";

/**
 * Time that the messages of one window may take together. A window is billed, about as much as this number of
 * milliseconds.
 */
const budgetMs = 50;
/** Messages of one window, however quick they are. */
const mostMessages = 1_000;
/** Messages that one window takes of a function that has not run yet. */
const firstMessages = 25;

const leastMs = budgetMs / mostMessages;

/**
 * Bounds a window where no clock can: on some platforms time stands still while code runs, and what a window took is known
 * when it is over. So each message is counted as what one of its function took before. A function that turns out to be
 * quicker gets twice as many messages in the next window at most; one that is slower gets as few as that needs.
 */
export class TurnBudget {
  /** How long this engine has had the thread, as of the last event. */
  readonly #worked: () => number;
  /** Of a message, in milliseconds. */
  readonly #costs = new WeakMap<EngineFunction, number>();
  readonly #messages = new Map<EngineFunction, number>();
  #spentMs = 0;
  #openedAt = 0;

  constructor(worked: () => number) {
    this.#worked = worked;
  }

  /** No more steps should start in this window. */
  get isSpent(): boolean {
    return this.#spentMs >= budgetMs;
  }

  /** How many messages of a function the next step may take. */
  limit(fn: EngineFunction): number {
    return Math.max(1, Math.floor((budgetMs - this.#spentMs) / this.#costOf(fn)));
  }

  /** What is measured of the window begins. */
  open(): void {
    this.#openedAt = this.#worked();
  }

  /** A step starts. */
  begin(fn: EngineFunction, messages: number): void {
    this.#messages.set(fn, (this.#messages.get(fn) ?? 0) + messages);
    this.#spentMs += messages * this.#costOf(fn);
  }

  /** The window is over. What it took is shared out as it was expected. */
  close(): void {
    const ratio = (this.#worked() - this.#openedAt) / this.#spentMs;
    for (const fn of this.#messages.keys()) {
      const cost = this.#costOf(fn) * Math.max(ratio, 0.5);
      this.#costs.set(fn, Math.min(Math.max(cost, leastMs), budgetMs));
    }
    this.#messages.clear();
    this.#spentMs = 0;
  }

  #costOf(fn: EngineFunction): number {
    return this.#costs.get(fn) ?? budgetMs / firstMessages;
  }
}
