import type { EngineFunction } from "../contract/function-transport.ts";

/** How long one step may hold the thread: as long as a window is open. */
const longestMs = 5;

/** How many times as many messages the next step takes, while steps are far shorter than they may be. */
const growth = 8;

/** What steps of a function have shown. */
interface Shown {
  /** Messages of the next one; undefined where nothing is known. */
  limit: number | undefined;
  /** The last one waited. */
  waits: boolean;
}

/**
 * How many messages of a function one step takes. A handler that never waits cannot be interrupted: those of one that
 * takes long run in small steps, so that commits, receipts and requests have their turn in between. Nothing is known of
 * a function before its first message.
 */
export class BatchLimit {
  readonly #most: number;
  readonly #shown = new WeakMap<EngineFunction, Shown>();
  /** The function of the last step is mostly that of the next one. */
  #lastFn: EngineFunction | undefined;
  #last: Shown = { limit: undefined, waits: false };

  constructor(most: number) {
    this.#most = most;
  }

  limit(fn: EngineFunction): number {
    return this.#of(fn).limit ?? 1;
  }

  /** A step that never waited took so long. */
  took(fn: EngineFunction, messages: number, ms: number): void {
    const shown = this.#of(fn);
    const limit = shown.limit ?? 1;
    shown.waits = false;
    if (ms > longestMs) {
      const fitting = Math.max(1, Math.floor((messages * longestMs) / ms));
      if (fitting !== limit) shown.limit = fitting;
    } else if (limit < this.#most && 2 * ms <= longestMs) {
      const factor = growth * ms <= longestMs ? growth : 2;
      shown.limit = Math.min(this.#most, factor * limit);
    }
  }

  /** Whether messages of a step let others in between them, as far as is known. */
  waits(fn: EngineFunction): boolean {
    return this.#of(fn).waits;
  }

  /** A step waited: others had their turn. */
  waited(fn: EngineFunction): void {
    const shown = this.#of(fn);
    shown.waits = true;
    // What steps that never waited have taught is not forgotten for one that did.
    shown.limit ??= this.#most;
  }

  #of(fn: EngineFunction): Shown {
    if (fn === this.#lastFn) return this.#last;
    const shown = this.#shown.get(fn) ?? { limit: undefined, waits: false };
    this.#shown.set(fn, shown);
    this.#lastFn = fn;
    this.#last = shown;
    return shown;
  }
}
