import type { InTime } from "../internal/deadline.ts";

export interface SharedInTime {
  readonly inTime: InTime;
  /** The server has closed: no timer is left behind. */
  end(): void;
}

/**
 * `inTime` for the requests of one server: with a timer of the platform for each, setting and clearing it would cost more than
 * looking at the request. Not for a Worker, whose timers belong to one request.
 */
export function sharedInTime(): SharedInTime {
  const timers = new Map<number, SharedTimer>();
  return {
    inTime(ms, work, late) {
      const timer = timers.get(ms) ?? new SharedTimer(ms);
      timers.set(ms, timer);
      return timer.inTime(work, late);
    },
    end() {
      for (const timer of timers.values()) timer.end();
    },
  };
}

/** Many timers of the same length that hardly ever fire, by one of the platform. */
class SharedTimer {
  readonly #ms: number;
  /** In the order in which they were started, which is that of their ends. */
  readonly #running = new Set<{ readonly due: number; readonly late: () => void }>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  inTime<T, L>(work: Promise<T>, late: () => L): Promise<T | L> {
    return new Promise((resolve, reject) => {
      const stop = this.#start(() => {
        try {
          resolve(late());
        } catch (error) {
          reject(error);
        }
      });
      work.then(
        (done) => {
          stop();
          resolve(done);
        },
        (error) => {
          stop();
          reject(error);
        },
      );
    });
  }

  #start(late: () => void): () => void {
    const one = { due: performance.now() + this.#ms, late };
    this.#running.add(one);
    if (this.#timer === undefined) this.#set(this.#ms);
    return () => {
      this.#running.delete(one);
    };
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #set(ms: number): void {
    this.#timer = setTimeout(() => this.#fire(), ms);
    // A request that waits is kept alive by its connection. A timer of older Denos is a number, and ends with the server.
    Object(this.#timer).unref?.();
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
    this.#timer = undefined;
  }
}
