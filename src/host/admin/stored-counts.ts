import type { Position } from "../../engine/contract/records.ts";
import type { Partition } from "../../engine/partition.ts";
import { eachHead } from "../../engine/views/dead-list.ts";
import { eachInTurns } from "../../engine/views/each-in-turns.ts";
import type { StoredFigures } from "../../surface/admin/admin-host.ts";
import { inTime } from "../../internal/deadline.ts";
import { maxNames, others } from "./bounded-names.ts";

/** Of timers that are read at one time. */
const timersPage = 500;
/** They are counted again after so many times as long as the count took, and not within a second. */
const rest = 10;
const freshMs = 1_000;
/** So long does a reader wait for a count, which gets what was counted before it afterwards. */
const patienceMs = 1_000;

/**
 * Timers and dead letters by name, counted in the store when somebody asks: nothing is kept of them in memory, so a crash takes nothing
 * back. Many of them are counted in a tenth of the time at most. A store that cannot be read, or is slow, holds nobody up.
 */
export class StoredCounts {
  readonly #partition: () => Partition;
  readonly #functions: () => Iterable<string>;
  #last: StoredFigures | undefined;
  #freshUntil = 0;
  #running: { readonly since: number; readonly done: Promise<void> } | undefined;

  /** `functions`: those that there are, which have a figure even where they have nothing. */
  constructor(partition: () => Partition, functions: () => Iterable<string>) {
    this.#partition = partition;
    this.#functions = functions;
  }

  /** The newest that are there within a second; undefined where nothing was counted yet, and cannot be. */
  async read(): Promise<StoredFigures | undefined> {
    const now = performance.now();
    if (this.#running === undefined && now >= this.#freshUntil) {
      this.#running = { since: now, done: this.#count() };
    }
    if (this.#running !== undefined) {
      const { since, done } = this.#running;
      await inTime(Math.max(0, since + patienceMs - now), done, () => undefined);
    }
    return this.#last;
  }

  /** Rejects never. */
  async #count(): Promise<void> {
    const begin = performance.now();
    // What the store has to say of its trouble, others hear.
    await this.#counted().then(
      (counted) => {
        this.#last = counted;
      },
      () => {
        this.#last = undefined;
      },
    );
    const now = performance.now();
    this.#freshUntil = Math.max(begin + freshMs, now + rest * (now - begin));
    this.#running = undefined;
  }

  async #counted(): Promise<StoredFigures> {
    const { store } = this.#partition().options;
    const own = Array.from(this.#functions(), (name): [string, number] => [name, 0]);
    const timers = new Map(own);
    const deadLetters = new Map(own);
    const deadRecords = new Map<string, number>();
    const pageAfter = (after: Position) => store.timerHeads(after, timersPage);
    await eachInTurns(pageAfter, -1, ({ typename }) => count(timers, typename));
    await eachHead(store, undefined, -1, ({ typename, egress }) =>
      egress === undefined ? count(deadLetters, typename) : count(deadRecords, egress),
    );
    return { timers, deadLetters, deadRecords };
  }
}

/** Always true: there are more. */
function count(all: Map<string, number>, name: string): true {
  const key = all.has(name) || all.size < maxNames ? name : others;
  all.set(key, (all.get(key) ?? 0) + 1);
  return true;
}
