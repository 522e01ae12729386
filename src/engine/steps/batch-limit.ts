import type { EngineFunction } from "../contract/function-transport.ts";

/** How long one step may hold the thread: as long as a window is open. */
const longestMs = 5;

/** How many times as many messages the next step takes, while steps are far shorter than they may be. */
const growth = 8;

/**
 * How many messages of a function one step takes. A handler that never waits cannot be interrupted: those of one that
 * takes long run in small steps, so that commits, receipts and requests have their turn in between. Nothing is known of
 * a function before its first message.
 */
export class BatchLimit {
  readonly #most: number;
  readonly #limits = new WeakMap<EngineFunction, number>();
  /** Those whose last step waited. */
  readonly #waiting = new WeakSet<EngineFunction>();

  constructor(most: number) {
    this.#most = most;
  }

  limit(fn: EngineFunction | undefined): number {
    return fn === undefined ? this.#most : (this.#limits.get(fn) ?? 1);
  }

  /** A step that never waited took so long. */
  took(fn: EngineFunction, messages: number, ms: number): void {
    this.#waiting.delete(fn);
    const limit = this.limit(fn);
    if (ms > longestMs) {
      const fitting = Math.max(1, Math.floor((messages * longestMs) / ms));
      if (fitting !== limit) this.#limits.set(fn, fitting);
    } else if (limit < this.#most && 2 * ms <= longestMs) {
      const factor = growth * ms <= longestMs ? growth : 2;
      this.#limits.set(fn, Math.min(this.#most, factor * limit));
    }
  }

  /** Whether messages of a step let others in between them, as far as is known. */
  waits(fn: EngineFunction): boolean {
    return this.#waiting.has(fn);
  }

  /** A step waited: others had their turn. */
  waited(fn: EngineFunction): void {
    this.#waiting.add(fn);
    // What steps that never waited have taught is not forgotten for one that did.
    if (!this.#limits.has(fn)) this.#limits.set(fn, this.#most);
  }
}
