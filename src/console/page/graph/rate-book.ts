/** Over which rates are taken. */
const windowMs = 10_000;
/** A shorter difference says more about chance than about the application. */
const enoughMs = 3_000;
/** Snapshots that are closer are those of one second after the other: counters have grown all the time between. */
const nextMs = 2_500;

export type Counts = ReadonlyMap<string, number>;

/**
 * Rates of counters that only grow. A snapshot comes when something has changed: in between, counters are what they were. Before
 * there is enough of them, a rate is that since the start.
 */
export class RateBook {
  #pages: { readonly atMs: number; readonly counts: Counts }[] = [];
  #sinceMs = 0;

  /** `sinceMs` is when counting began, by the clock of the page, `atMs` when the counts were these. */
  note(counts: Counts, atMs: number, sinceMs: number): void {
    // Another run counts from 0.
    if (sinceMs !== this.#sinceMs) this.#pages = [];
    this.#sinceMs = sinceMs;
    this.#pages.push({ atMs, counts });
    // One that is older than the window says what was at its beginning.
    while ((this.#pages[1]?.atMs ?? atMs) <= atMs - windowMs) this.#pages.shift();
  }

  /** Whether rates are those of the last seconds. */
  isRecent(nowMs: number): boolean {
    return nowMs - (this.#pages[0]?.atMs ?? nowMs) >= enoughMs;
  }

  /** A second. */
  rate(key: string, nowMs: number): number {
    const last = this.#pages.at(-1);
    if (last === undefined) return 0;
    const total = last.counts.get(key) ?? 0;
    const perSecond = (messages: number, ms: number): number =>
      Math.max(0, messages) / Math.max(1, ms / 1_000);
    if (!this.isRecent(nowMs)) return perSecond(total, last.atMs - this.#sinceMs);
    const end = nowMs - last.atMs < nextMs ? last.atMs : nowMs;
    const start = this.#pages.findLast(({ atMs }) => atMs <= end - windowMs) ?? this.#pages[0];
    const { atMs, counts } = start ?? last;
    const age = end - atMs;
    return perSecond(total - (counts.get(key) ?? 0), age < windowMs + nextMs ? age : windowMs);
  }
}
