import { StateFunError } from "../internal/errors.ts";
import type { Clock } from "../model/clock.ts";
import type { Watch } from "../model/watch.ts";
import type { ContextHost } from "../sdk/invocation/invocation-context.ts";

export interface BatchOptions {
  readonly clock: Clock;
  /** For the whole batch. */
  readonly timeoutMs: number;
  /** Holds what ends each batch that waits, with a reason: for who may have to end them. */
  readonly waiting?: Waiting;
}

export type Waiting = Set<(reason: unknown) => void>;

/**
 * What the contexts of a batch get from outside: the platform's `env`, the clock, and the time that the batch
 * has. The deadline costs nothing until a handler waits or asks for the signal. When it is over the signal
 * aborts, and whatever is raced against it fails with `timed_out`; so it does when whoever runs batches ends them.
 */
export class BatchHost implements ContextHost {
  readonly env: unknown;
  /** Of the message that is handled now. */
  watch: Watch | undefined;
  readonly #options: BatchOptions;
  readonly #end: number;
  #controller: AbortController | undefined;
  #fail: ((error: unknown) => void) | undefined;
  #cancel: (() => void) | undefined;
  #isDone = false;

  constructor(env: unknown, options: BatchOptions, startedAt: number = options.clock.monotonic()) {
    this.env = env;
    this.#options = options;
    this.#end = startedAt + options.timeoutMs;
  }

  now(): number {
    return this.#options.clock.now();
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      const end = (reason: unknown): void => {
        controller.abort(reason);
        this.#fail?.(reason);
      };
      if (!this.#isDone) {
        const { clock, waiting } = this.#options;
        const leftMs = this.#end - clock.monotonic();
        const cancel = clock.after(leftMs, () => end(this.#timedOut()));
        waiting?.add(end);
        this.#cancel = () => {
          cancel();
          waiting?.delete(end);
        };
      }
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
    if (!this.hasTimeLeft) throw this.#timedOut();
  }

  get hasTimeLeft(): boolean {
    return this.#end >= this.#options.clock.monotonic();
  }

  /** The batch is done: nothing fires any more. */
  stop(): void {
    this.#cancel?.();
    this.#isDone = true;
  }

  #timedOut(): StateFunError {
    const { timeoutMs } = this.#options;
    return new StateFunError("timed_out", `the batch took longer than ${timeoutMs} ms`);
  }
}
