/** How long one object has had the thread, in milliseconds. */
export interface Worked {
  ms: number;
}

/**
 * Who has the thread of this isolate, which many objects share. The platform's clock stands still while code runs, so how
 * long a turn took is only seen by the next one, whoever has that.
 */
export class Turns {
  #current: Worked = { ms: 0 };
  #since = 0;

  /** A turn of this object begins: the one before is over. */
  begin(worked: Worked): void {
    const now = performance.now();
    this.#current.ms += now - this.#since;
    this.#current = worked;
    this.#since = now;
  }
}
