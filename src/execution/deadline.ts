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
  readonly #end: number;
  readonly #controller = new AbortController();
  #cancel: (() => void) | undefined;
  #fail: ((error: StateFunError) => void) | undefined;

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#end = clock.now() + timeoutMs;
  }

  get signal(): AbortSignal {
    this.#start();
    return this.#controller.signal;
  }

  async race(work: PromiseLike<unknown>): Promise<unknown> {
    this.#start();
    if (this.#controller.signal.aborted) throw this.#error();
    const end = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    return Promise.race([work, end]);
  }

  /** The batch is done: nothing fires any more. */
  stop(): void {
    this.#cancel?.();
    this.#fail = undefined;
  }

  #start(): void {
    this.#cancel ??= this.#clock.after(Math.max(0, this.#end - this.#clock.now()), () => {
      const error = this.#error();
      this.#controller.abort(error);
      this.#fail?.(error);
    });
  }

  #error(): StateFunError {
    return new StateFunError("timed_out", `the batch took longer than ${this.#timeoutMs} ms`);
  }
}
