/** What is used of an `AbortSignal` by whoever waits. */
export interface WaitSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(event: "abort", listener: () => void): void;
  removeEventListener(event: "abort", listener: () => void): void;
}

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

/**
 * Many timers of the same length that hardly ever fire, by one of the platform, which a server would have to set and clear with
 * each request. Not for a Worker, whose timers belong to one request.
 */
export class SharedTimer {
  readonly #ms: number;
  /** In the order in which they were started, which is that of their ends. */
  readonly #running = new Set<{ readonly due: number; readonly late: () => void }>();
  #isSet = false;

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Calls `late` once after the time of this timer, unless what it returns is called before. */
  start(late: () => void): () => void {
    const one = { due: performance.now() + this.#ms, late };
    this.#running.add(one);
    if (!this.#isSet) this.#set(this.#ms);
    return () => {
      this.#running.delete(one);
    };
  }

  #set(ms: number): void {
    this.#isSet = true;
    // What is over does not keep the process alive, and a request that waits is kept alive by its connection.
    Object(setTimeout(() => this.#fire(), ms)).unref?.();
  }

  #fire(): void {
    const now = performance.now();
    for (const one of this.#running) {
      if (one.due > now) {
        this.#set(Math.ceil(one.due - now));
        return;
      }
      this.#running.delete(one);
      // What starts in it is met by this loop too.
      one.late();
    }
    this.#isSet = false;
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
