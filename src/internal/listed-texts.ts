import { placeOf, TextBuckets } from "./text-buckets.ts";
import { compareTexts } from "./text-order.ts";

/** What has distinct texts, and says at any time which. */
interface Keys {
  readonly size: number;
  has(key: string): boolean;
  /** Each that is there from the beginning to the end, at least once. */
  keys(): Iterable<string>;
}

/** Which texts, in the order of their UTF-8. */
interface Want {
  readonly prefix: string;
  readonly after: string | undefined;
  readonly limit: number;
}

interface Page {
  readonly ids: readonly string[];
  /** Nothing comes behind them. */
  readonly isEnd: boolean;
  /** There is more work to do first: ask again, when others have had their turn. */
  readonly scan?: object;
}

/** Changes that are followed without a list: then, or when a quarter has changed, beginning again costs less. */
const leastFollowed = 4_096;

/**
 * Keys in order. The first list divides them by a few of them, in portions, and sorts only those that it gives; so do the lists that
 * follow, until all are sorted. Each change is followed, for a microsecond or two, as long as lists go on. It is to be made at a
 * list, and ended and dropped when `isForgotten`.
 */
export class ListedTexts {
  readonly #keys: Keys;
  readonly #buckets: TextBuckets;
  /** Changes since the last list. */
  #unlisted = 0;

  constructor(keys: Keys) {
    this.#keys = keys;
    this.#buckets = new TextBuckets(keys.keys(), (key) => keys.has(key));
  }

  /** There were no lists for so long, or so much has come and gone, that a new one costs less. */
  get isForgotten(): boolean {
    const most = Math.max(leastFollowed, this.#keys.size / 4);
    return this.#unlisted > most || this.#buckets.stale > most;
  }

  /** Nobody lists it any more: what has begun to walk through the keys ends. */
  end(): void {
    this.#buckets.end();
  }

  /** A key has come, or is gone. */
  change(key: string): void {
    this.#unlisted += 1;
    if (this.#keys.has(key)) this.#buckets.add(key);
    else this.#buckets.delete(key);
  }

  page(want: Want): Page {
    this.#unlisted = 0;
    const { prefix, after, limit } = want;
    const from = after === undefined || compareTexts(after, prefix) < 0 ? prefix : after;
    const ids: string[] = [];
    for (let at = this.#buckets.indexOf(from); ; at++) {
      const sorted = this.#buckets.sorted(at);
      if (sorted === "later") return { ids: [], isEnd: false, scan: this };
      if (sorted === undefined) return { ids, isEnd: true };
      for (let place = placeOf(sorted, from); place < sorted.length; place++) {
        const text = sorted[place];
        if (text === undefined || text === after) continue;
        if (!text.startsWith(prefix)) return { ids, isEnd: true };
        ids.push(text);
        if (ids.length === limit) return { ids, isEnd: false };
      }
    }
  }
}
