/** Items move within a chunk only; a chunk of this size fits in a few cache lines' worth of copying. */
const chunkSize = 512;

/**
 * Items in order, no two of them equal. Adding at the end is a push, adding and deleting anywhere else moves
 * at most a chunk, and a page from anywhere costs its own length. Items keep their order while they are in.
 */
export class SortedList<T extends object | string> {
  readonly #compare: (left: T, right: T) => number;
  /** None is empty, and everything in one is below everything in the next. */
  readonly #chunks: T[][] = [];

  constructor(compare: (left: T, right: T) => number) {
    this.#compare = compare;
  }

  add(item: T): void {
    const last = this.#chunks.at(-1);
    const greatest = last?.at(-1);
    if (last === undefined || greatest === undefined) {
      this.#chunks.push([item]);
    } else if (this.#compare(greatest, item) < 0) {
      if (last.length < chunkSize) last.push(item);
      else this.#chunks.push([item]);
    } else {
      this.#insert(item);
    }
  }

  /** Deletes the item that compares as equal, if there is one. */
  delete(item: T): void {
    const at = this.#chunkWith(item);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    const index = firstIndex(chunk, (other) => this.#compare(other, item) >= 0);
    const found = chunk[index];
    if (found === undefined || this.#compare(found, item) !== 0) return;
    if (index === 0) chunk.shift();
    else chunk.splice(index, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  first(): T | undefined {
    return this.#chunks[0]?.[0];
  }

  /**
   * At most `limit` items in order, from the first that `starts` holds for. It has to hold for everything
   * after that one too.
   */
  page(starts: (item: T) => boolean, limit: number): T[] {
    const page: T[] = [];
    let at = firstIndex(this.#chunks, (chunk) => starts(lastOf(chunk)));
    let from = firstIndex(this.#chunks[at] ?? [], starts);
    while (page.length < limit) {
      const chunk = this.#chunks[at];
      if (chunk === undefined) break;
      page.push(...chunk.slice(from, from + limit - page.length));
      at += 1;
      from = 0;
    }
    return page;
  }

  #insert(item: T): void {
    const at = this.#chunkWith(item);
    const chunk = this.#chunks[at];
    // Its caller has seen something greater.
    if (chunk === undefined) return;
    chunk.splice(
      firstIndex(chunk, (other) => this.#compare(other, item) >= 0),
      0,
      item,
    );
    if (chunk.length > chunkSize) {
      this.#chunks.splice(at + 1, 0, chunk.splice(chunkSize / 2));
    }
  }

  /** The chunk that has the item, or would have it. */
  #chunkWith(item: T): number {
    return firstIndex(this.#chunks, (chunk) => this.#compare(lastOf(chunk), item) >= 0);
  }
}

/** Of a chunk, which is never empty. */
function lastOf<T>(chunk: readonly T[]): T {
  return chunk[chunk.length - 1] as T;
}

/** The first for which it holds, by halves; the length if it holds for none. */
export function firstIndex<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(items[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}
