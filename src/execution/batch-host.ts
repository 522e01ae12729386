import { StateFunError } from "../internal/errors.ts";
import type { Clock } from "../model/clock.ts";
import type { ContextHost } from "../sdk/invocation/invocation-context.ts";

/**
 * What the contexts of a batch get from outside: the platform's `env`, the clock, and the time that the batch
 * has. The deadline costs nothing until a handler waits or asks for the signal. When it is over the signal
 * aborts, and whatever is raced against it fails with `timed_out`.
 */
export class BatchHost implements ContextHost {
  readonly env: unknown;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #end: number;
  #controller: AbortController | undefined;
  #fail: ((error: unknown) => void) | undefined;
  #cancel: (() => void) | undefined;
  #isDone = false;

  constructor(
    env: unknown,
    clock: Clock,
    timeoutMs: number,
    startedAt: number = clock.monotonic(),
  ) {
    this.env = env;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#end = startedAt + timeoutMs;
  }

  now(): number {
    return this.#clock.now();
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      const end = (): void => {
        controller.abort(this.#timedOut());
        this.#fail?.(controller.signal.reason);
      };
      if (!this.#isDone) this.#cancel = this.#clock.after(this.#end - this.#clock.monotonic(), end);
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

  /** Handlers that never wait let no timer fire: between two of them the clock is looked at. */
  assertTimeLeft(): void {
    if (this.#end < this.#clock.monotonic()) throw this.#timedOut();
  }

  /** The batch is done: nothing fires any more. */
  stop(): void {
    this.#cancel?.();
    this.#isDone = true;
  }

  #timedOut(): StateFunError {
    return new StateFunError("timed_out", `the batch took longer than ${this.#timeoutMs} ms`);
  }
}
