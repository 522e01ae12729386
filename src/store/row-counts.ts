/** Where rows come from: it puts aside those that cannot be read. */
export interface AsideCount {
  /** How often it has put rows aside: what was counted before may not be so. */
  readonly timesAside: number;
}

/** How many rows of each group there are, as far as known: to count them goes through all of them. */
export class RowCounts<Group = undefined> {
  readonly #rows: AsideCount;
  readonly #counts = new Map<Group, number>();
  /** How often rows had been put aside when these were counted. */
  #timesAside = 0;

  constructor(rows: AsideCount) {
    this.#rows = rows;
  }

  get(group: Group, count: () => number): number {
    const { timesAside } = this.#rows;
    if (this.#timesAside !== timesAside) this.forget();
    this.#timesAside = timesAside;
    const known = this.#counts.get(group);
    if (known !== undefined) return known;
    const counted = count();
    this.#counts.set(group, counted);
    return counted;
  }

  change(group: Group, by: number): void {
    const count = this.#counts.get(group);
    if (count !== undefined) this.#counts.set(group, count + by);
  }

  /** After a window that was rolled back, or a removal whose groups are unknown. */
  forget(): void {
    this.#counts.clear();
  }
}
