import type { ObjectRows } from "./rows/object-rows.ts";

/**
 * So many rows of a kind are looked through for the earliest. Reading a thousand rows costs about as much as writing
 * one: where there are fewer, an index would cost more than it saves, and where there are more, one is made.
 */
const manyRows = 1_000;

/** The first times of the kinds that have them, as far as they are known: looking for what is due costs nothing before. */
export class ObjectTimes {
  readonly #rows: ObjectRows;
  readonly #first = new Map<number, number | undefined>();
  #isIndexWanted = false;

  constructor(rows: ObjectRows) {
    this.#rows = rows;
  }

  /** Called for each time that is written. */
  added(kind: number, at: number): void {
    if (!this.#first.has(kind)) return;
    this.#first.set(kind, Math.min(at, this.#first.get(kind) ?? at));
  }

  /** Called where the first one may be gone; elsewhere what is known only is too early. */
  removed(kind: number, at: number | undefined): void {
    if (at === undefined || this.#first.get(kind) === at) this.#first.delete(kind);
  }

  /** The earliest time of a kind, or an earlier one of a row that is gone. */
  first(kind: number): number | undefined {
    if (!this.#first.has(kind)) this.#first.set(kind, this.#find(kind, "min"));
    return this.#first.get(kind);
  }

  last(kind: number): number | undefined {
    return this.#find(kind, "max");
  }

  /** Drops what has expired by then, as many rows at most. Whether that was all. */
  sweep(kind: number, time: number, limit: number, drop: (key: Uint8Array) => void): boolean {
    const first = this.first(kind);
    if (first === undefined || first > time) return true;
    const keys = this.#rows.keys(kind, { until: time, limit });
    for (const key of keys) {
      if (key instanceof Uint8Array) drop(key);
      else this.#rows.aside.move(kind, key);
    }
    this.#first.delete(kind);
    return keys.length < limit;
  }

  /** At the end of a transaction. */
  growIndex(): void {
    if (this.#isIndexWanted) this.#rows.growIndex();
  }

  /** After a transaction that was rolled back. */
  forget(): void {
    this.#first.clear();
  }

  #find(kind: number, which: "min" | "max"): number | undefined {
    const { at, count } = this.#rows.time(kind, which);
    if (count > manyRows) this.#isIndexWanted = true;
    return at;
  }
}
