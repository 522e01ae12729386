/** Over which rates are taken. */
export const windowMs = 10_000;
/** A shorter difference says more about chance than about the application. */
const enoughMs = 3_000;
/** Snapshots that are closer are those of one second after the other: counters have grown all the time between. */
const nextMs = 2_500;

interface Page {
  readonly atMs: number;
  readonly counts: ReadonlyMap<string, number>;
}

/**
 * Rates of counters that only grow. A snapshot comes when something has changed: in between, counters are what they were. Before
 * there is enough of them, a rate is that since the start.
 */
export class RateBook {
  #pages: Page[] = [];
  #sinceMs = 0;

  /** `sinceMs` is when counting began, by the clock of the page, `atMs` when the counts were these. */
  note(counts: ReadonlyMap<string, number>, atMs: number, sinceMs: number): void {
    const before = this.#pages.at(-1);
    if (before !== undefined && isAnotherRun(before.counts, counts)) this.#pages = [];
    this.#sinceMs = sinceMs;
    if (before?.atMs === atMs) this.#pages.pop();
    this.#pages.push({ atMs, counts });
    // One that is older than the window says what was at its beginning.
    while ((this.#pages[1]?.atMs ?? atMs) <= atMs - windowMs) this.#pages.shift();
  }

  /** Whether rates are those of the last seconds. */
  isRecent(nowMs: number): boolean {
    const first = this.#pages[0];
    return first !== undefined && nowMs - first.atMs >= enoughMs;
  }

  /** A second. */
  rate(key: string, nowMs: number): number {
    const last = this.#pages.at(-1);
    if (last === undefined) return 0;
    const total = last.counts.get(key) ?? 0;
    if (!this.isRecent(nowMs)) return total / Math.max(1, (last.atMs - this.#sinceMs) / 1_000);
    const end = nowMs - last.atMs < nextMs ? last.atMs : nowMs;
    const start = this.#pages.findLast(({ atMs }) => atMs <= end - windowMs) ?? this.#pages[0];
    if (start === undefined) return 0;
    const age = end - start.atMs;
    const ms = age < windowMs + nextMs ? age : windowMs;
    return Math.max(0, total - (start.counts.get(key) ?? 0)) / Math.max(1, ms / 1_000);
  }
}

function isAnotherRun(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): boolean {
  for (const [key, count] of before) if ((after.get(key) ?? 0) < count) return true;
  return false;
}
