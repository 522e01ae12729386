import { StateFunError } from "../internal/errors.ts";

/** Time as a parameter: virtual under test, the platform's elsewhere. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs once after a delay of at most 2³¹ − 1 ms; the result takes it back. */
  after(delayMs: number, run: () => void): () => void;
}

/**
 * The time that a batch has. Costs nothing until a handler waits or asks for the signal. When it is over
 * the signal aborts, and whatever is raced against it fails with `timed_out`.
 */
export class Deadline {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #start: number;
  #controller: AbortController | undefined;
  #fail: ((error: unknown) => void) | undefined;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#start = clock.now();
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      const left = this.#start + this.#timeoutMs - this.#clock.now();
      this.#controller = controller;
      this.#cancel = this.#clock.after(Math.max(0, left), () => {
        const text = `the batch took longer than ${this.#timeoutMs} ms`;
        controller.abort(new StateFunError("timed_out", text));
        this.#fail?.(controller.signal.reason);
      });
    }
    return this.#controller.signal;
  }

  race(work: unknown): Promise<unknown> {
    const { aborted, reason } = this.signal;
    const end = new Promise((_, reject) => {
      this.#fail = reject;
      if (aborted) reject(reason);
    });
    return Promise.race([work, end]);
  }

  /** The batch is done: nothing fires any more. */
  stop(): void {
    this.#cancel?.();
  }
}
