/** How long one object has had the thread, in milliseconds. */
export interface Worked {
  ms: number;
}

/**
 * Measures which object has the thread of this isolate, which many objects share. The platform's clock stands
 * still while code runs, so the length of a turn is only known to the next one, in whichever object that is.
 */
export class Turns {
  readonly #monotonic: () => number;
  #current: Worked = { ms: 0 };
  #since = 0;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** A turn of this object begins: the one before is over. */
  begin(worked: Worked): void {
    const now = this.#monotonic();
    this.#current.ms += now - this.#since;
    this.#current = worked;
    this.#since = now;
  }
}
