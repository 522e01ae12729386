import type { Position } from "../../engine/contract/records.ts";
import type { Partition } from "../../engine/partition.ts";

/** Records that are read at one time: they come with their values. */
const pageSize = 16;
/** Timers, which are read without. */
const timersPage = 500;
/** What is counted of an earlier run at most: it costs more than the number is worth. */
const maxCounted = 10_000;

interface Base {
  readonly rows: number;
  /** What had come and gone in this run by then. */
  readonly then: number;
  /** Imports of this run by then: what they bring has not come in this run. */
  readonly imports: number;
}

/**
 * How many records wait for delivery, and how many timers are set, about: those that were there when somebody first asked, and what has
 * come and gone since then.
 */
export class Backlogs {
  readonly #partition: () => Partition;
  readonly #bases = new Map<string, Base>();
  #timers: Base | undefined;

  constructor(partition: () => Partition) {
    this.#partition = partition;
  }

  async of(egress: string): Promise<number> {
    const { options, egresses } = this.#partition();
    // What is kept for reading waits for nobody.
    if (options.egresses.get(egress)?.kind !== "deliver") return 0;
    const base = this.#known(this.#bases.get(egress)) ?? (await this.#count(egress));
    this.#bases.set(egress, base);
    return Math.max(0, base.rows + egresses.growthOf(egress) - base.then);
  }

  /** `counted`: those that were set since the start of this run, without those that have gone. */
  async timers(counted: () => number): Promise<number> {
    const base = this.#known(this.#timers) ?? (await this.#countTimers(counted));
    this.#timers = base;
    return Math.max(0, base.rows + counted() - base.then);
  }

  #known(base: Base | undefined): Base | undefined {
    return base?.imports === this.#partition().hold.imports ? base : undefined;
  }

  async #countTimers(counted: () => number): Promise<Base> {
    const { store } = this.#partition().options;
    return this.#counted(counted, (after) => store.timerHeads(after, timersPage));
  }

  async #count(egress: string): Promise<Base> {
    const { options, egresses } = this.#partition();
    const grown = (): number => egresses.growthOf(egress);
    return this.#counted(grown, (after) => options.store.unsent(egress, after, pageSize));
  }

  /** What is stored, read page by page, and how far the figure of this run was when that began. */
  async #counted(
    figure: () => number,
    pageAfter: (after: Position) => readonly { readonly number: Position }[],
  ): Promise<Base> {
    const { options, journal, hold } = this.#partition();
    const { imports } = hold;
    await journal.flush();
    const then = figure();
    let rows = 0;
    let after: Position = 0;
    while (rows < maxCounted) {
      const page = pageAfter(after);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.number;
      rows += page.length;
      await new Promise<void>((resolve) => options.defer(resolve));
    }
    return { rows, then, imports };
  }
}
