import { firstIndex } from "../../internal/sorted-list.ts";

/** So many items are sorted at once: about 5 ms. */
const runLength = 8_192;

/** A sorted part, and how far it was read. */
interface Run<T> {
  readonly items: readonly T[];
  at: number;
}

/**
 * Items in order, without the pause that sorting a million of them takes: parts of them are sorted one by one, and merged as they are
 * read.
 */
export class SortedRuns<T> {
  readonly #compare: (left: T, right: T) => number;
  #unsorted: readonly T[];
  #sorted = 0;
  readonly #runs: (readonly T[])[] = [];

  constructor(items: readonly T[], compare: (left: T, right: T) => number) {
    this.#unsorted = items;
    this.#compare = compare;
  }

  /** Sorts one part. Whether there are others. */
  sortSome(): boolean {
    if (this.#sorted < this.#unsorted.length) {
      const part = this.#unsorted.slice(this.#sorted, this.#sorted + runLength);
      this.#runs.push(part.sort(this.#compare));
      this.#sorted += part.length;
    }
    if (this.#sorted < this.#unsorted.length) return true;
    this.#unsorted = [];
    this.#sorted = 0;
    return false;
  }

  /** From the first that `isBehind` holds for, as it does for all that follow. What is not sorted yet is sorted first. */
  *from(isBehind: (item: T) => boolean): Generator<T, void, undefined> {
    while (this.sortSome());
    const heap = new Heap<Run<T>>((left, right) => this.#compare(itemOf(left), itemOf(right)));
    for (const items of this.#runs) {
      const run = { items, at: firstIndex(items, isBehind) };
      if (run.at < items.length) heap.push(run);
    }
    for (let run = heap.first; run !== undefined; run = heap.first) {
      yield itemOf(run);
      run.at++;
      if (run.at < run.items.length) heap.sinkFirst();
      else heap.dropFirst();
    }
  }
}

/** Of a run that has more. */
function itemOf<T>({ items, at }: Run<T>): T {
  return items[at] as T;
}

/** The least item is first. */
class Heap<T> {
  readonly #items: T[] = [];
  readonly #compare: (left: T, right: T) => number;

  constructor(compare: (left: T, right: T) => number) {
    this.#compare = compare;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >>> 1;
      if (this.#compare(items[above] as T, item) <= 0) break;
      items[at] = items[above] as T;
      at = above;
    }
    items[at] = item;
  }

  dropFirst(): void {
    const last = this.#items.pop();
    if (last === undefined || this.#items.length === 0) return;
    this.#items[0] = last;
    this.sinkFirst();
  }

  /** After the first one has become greater. */
  sinkFirst(): void {
    const items = this.#items;
    const item = items[0] as T;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= items.length) break;
      const right = below + 1;
      if (right < items.length && this.#compare(items[right] as T, items[below] as T) < 0) {
        below = right;
      }
      if (this.#compare(item, items[below] as T) <= 0) break;
      items[at] = items[below] as T;
      at = below;
    }
    items[at] = item;
  }
}
