/** What is used of an `AbortSignal` by whoever waits. */
export interface WaitSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(event: "abort", listener: () => void): void;
  removeEventListener(event: "abort", listener: () => void): void;
}

/** `inTime`, and what does the same by other timers. */
export type InTime = <T, L = never>(ms: number, work: Promise<T>, late: () => L) => Promise<T | L>;

/**
 * What `work` ends with, or what `late` gives or throws once `ms` milliseconds are over. The work goes on then: whoever can
 * end it does so in `late`. No timer is left behind.
 */
export async function inTime<T, L = never>(
  ms: number,
  work: Promise<T>,
  late: () => L,
): Promise<T | L> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = new Promise<void>((resolve) => {
    timer = setTimeout(() => resolve(), ms);
  });
  try {
    return await Promise.race([work, end.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for work, and no longer than until the signal aborts: then it rejects with the reason. The work goes on. */
export function orAborted<T>(work: Promise<T>, signal: WaitSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort);
    // A signal may outlive many waits.
    const end = (): void => signal.removeEventListener("abort", abort);
    work.then(resolve, reject).finally(end);
    // Work that has ended already is not lost to a signal that has aborted too.
    if (signal.aborted) queueMicrotask(abort);
  });
}

/** A signal that aborts when another one does, or with `late()` after `ms` milliseconds, and the wait for what it ends. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor(ms: number, outer: AbortSignal | undefined, late: () => unknown) {
    this.#outer = outer;
    outer?.addEventListener("abort", this.#onOuter);
    this.#timer = setTimeout(() => this.#controller.abort(late()), ms);
    if (outer?.aborted === true) this.#onOuter();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * What the work ends with, or the reason of the signal: a platform may lose a signal while a body comes, when it collects
   * what belonged to the request.
   */
  race<T>(work: Promise<T>): Promise<T> {
    return orAborted(work, this.signal);
  }

  /** The work is done: nothing fires any more. */
  done(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener("abort", this.#onOuter);
  }

  readonly #onOuter = (): void => this.#controller.abort(this.#outer?.reason);
}
