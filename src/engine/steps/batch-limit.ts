import type { EngineFunction } from "../contract/function-transport.ts";

/** How long one step may hold the thread: as long as a window is open. */
const longestMs = 5;

/**
 * How many messages of a function one step takes. A handler that never waits cannot be interrupted: those of one that
 * takes long run in small steps, so that commits, receipts and requests have their turn in between.
 */
export class BatchLimit {
  readonly #most: number;
  readonly #limits = new WeakMap<EngineFunction, number>();

  constructor(most: number) {
    this.#most = most;
  }

  limit(fn: EngineFunction | undefined): number {
    return (fn && this.#limits.get(fn)) ?? this.#most;
  }

  /** A step that never waited took so long. */
  took(fn: EngineFunction, messages: number, ms: number): void {
    if (ms > longestMs && messages > 1) {
      this.#limits.set(fn, Math.max(1, Math.floor((messages * longestMs) / ms)));
    } else if (2 * ms <= longestMs) {
      const limit = this.#limits.get(fn);
      if (limit === undefined) return;
      if (2 * limit >= this.#most) this.#limits.delete(fn);
      else this.#limits.set(fn, 2 * limit);
    }
  }
}
