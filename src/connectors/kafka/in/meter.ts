/** Seconds over which a rate is measured. */
const span = 10;

/** Counts in seconds, for a rate of the last ones. */
export class Meter {
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #counts: number[] = Array.from({ length: span }, () => 0);
  #second: number;
  total = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#startedAt = now();
    this.#second = Math.floor(this.#startedAt / 1_000);
  }

  add(count: number): void {
    this.#move();
    this.total += count;
    const at = this.#second % span;
    this.#counts[at] = (this.#counts[at] ?? 0) + count;
  }

  /** A second. */
  get rate(): number {
    this.#move();
    const seconds = Math.min(span, Math.max(1, (this.#now() - this.#startedAt) / 1_000));
    return this.#counts.reduce((sum, count) => sum + count, 0) / seconds;
  }

  #move(): void {
    const second = Math.floor(this.#now() / 1_000);
    const passed = Math.min(span, second - this.#second);
    for (let n = 1; n <= passed; n++) this.#counts[(this.#second + n) % span] = 0;
    this.#second = Math.max(second, this.#second);
  }
}
