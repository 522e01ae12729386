import type { IdsPage, TextsWant } from "../../engine/contract/address-reads.ts";
import type { SortedTexts } from "../../internal/sorted-texts.ts";
import { sorting } from "./sorting.ts";

/** The keys of a map that has them all. */
type Keys = Pick<ReadonlyMap<string, unknown>, "has" | "keys" | "size">;

/** Changes that are followed without a list: then, or when a quarter has changed, sorting again costs less. */
const leastFollowed = 4_096;
/** Changes that are made up for at one time. */
const portion = 128;

/**
 * The keys of a map in order. The first list sorts them, in portions; from then on each change is followed, for a microsecond
 * or two, as long as lists go on. It is to be made at a list, and dropped when `isForgotten`.
 */
export class ListedTexts {
  readonly #keys: Keys;
  readonly #sorting: Generator<undefined, SortedTexts>;
  #sorted: SortedTexts | undefined;
  /** What has changed while it was sorted. */
  readonly #missed = new Set<string>();
  /** Changes since the last list. */
  #unlisted = 0;

  constructor(keys: Keys) {
    this.#keys = keys;
    this.#sorting = sorting(firstOf(keys));
  }

  /** Nobody lists any more. */
  get isForgotten(): boolean {
    return this.#unlisted > Math.max(leastFollowed, this.#keys.size / 4);
  }

  /** A key has come, or is gone. */
  change(key: string): void {
    this.#unlisted += 1;
    if (this.#sorted === undefined) this.#missed.add(key);
    else this.#follow(this.#sorted, key);
  }

  page(want: TextsWant): IdsPage {
    this.#unlisted = 0;
    const sorted = this.#ready();
    if (sorted === undefined) return { ids: [], isEnd: false, scan: this };
    const ids = sorted.page(want);
    return { ids, isEnd: ids.length < want.limit };
  }

  /** A portion of the work; undefined if there is more. */
  #ready(): SortedTexts | undefined {
    if (this.#sorted === undefined) {
      const { done, value } = this.#sorting.next();
      if (done === true) this.#sorted = value;
      return this.#missed.size === 0 ? this.#sorted : undefined;
    }
    let left = portion;
    for (const key of this.#missed) {
      this.#missed.delete(key);
      this.#follow(this.#sorted, key);
      if (--left === 0) break;
    }
    return this.#missed.size === 0 ? this.#sorted : undefined;
  }

  #follow(sorted: SortedTexts, key: string): void {
    const isThere = this.#keys.has(key);
    if (isThere === sorted.has(key)) return;
    if (isThere) sorted.add(key);
    else sorted.delete(key);
  }
}

/** Those that are there now; what comes meanwhile is a change. */
function* firstOf(keys: Keys): Generator<string> {
  let left = keys.size;
  for (const key of keys.keys()) {
    if (left-- === 0) return;
    yield key;
  }
}
