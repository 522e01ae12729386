import { compareTexts } from "./text-order.ts";

/** A bucket of so many texts is sorted when it is read; a larger one is divided first. About a millisecond. */
const smallest = 1_024;
/** A large bucket becomes so many. */
const ways = 64;
/** Texts that are looked at to find out where to divide, for each of them. */
const samples = 4;
/** Texts that are moved at one time: about a millisecond. */
const portion = 2_048;

interface Bucket {
  /** The least text that belongs here; those of the next bucket do not. */
  from: string;
  /** In order, each once and none that is gone, if `isSorted`. */
  texts: string[];
  isSorted: boolean;
  /** Texts that were put in since it was made, some of them maybe twice. */
  added: number;
}

function bucketFrom(from: string, texts: string[] = [], isSorted = false): Bucket {
  return { from, texts, isSorted, added: 0 };
}

/** Texts in buckets, which are in order and are sorted when they are needed: the first ones of a million cost a walk through all. */
export class TextBuckets {
  readonly #has: (text: string) => boolean;
  readonly #all: Bucket[];
  /** What must be done before anything can be read. */
  #work: Generator<undefined, void> | undefined;
  /** Texts that were put into buckets that nobody has read: that may be one text again and again. */
  stale = 0;

  /** `has` says whether a text that was added is still there. */
  constructor(texts: Iterable<string>, has: (text: string) => boolean) {
    const first = bucketFrom("");
    this.#has = has;
    this.#all = [first];
    this.#work = gathering(texts, first.texts);
  }

  add(text: string): void {
    const at = this.indexOf(text);
    const bucket = this.#all[at];
    if (bucket === undefined) return;
    const { texts } = bucket;
    if (!bucket.isSorted) {
      texts.push(text);
      bucket.added++;
      this.stale++;
      return;
    }
    const place = placeOf(texts, text);
    if (texts[place] === text) return;
    texts.splice(place, 0, text);
    if (texts.length <= 2 * smallest) return;
    const upper = texts.splice(smallest);
    this.#all.splice(at + 1, 0, bucketFrom(upper[0] ?? text, upper, true));
  }

  /** One that is gone: where nothing is sorted, that is found out when it is read. */
  delete(text: string): void {
    const at = this.indexOf(text);
    const bucket = this.#all[at];
    if (bucket?.isSorted !== true) return;
    const place = placeOf(bucket.texts, text);
    if (bucket.texts[place] === text) bucket.texts.splice(place, 1);
    const next = this.#all[at + 1];
    if (bucket.texts.length > 0 || next === undefined) return;
    // Empty ones would become more and more.
    next.from = bucket.from;
    this.#all.splice(at, 1);
  }

  /** The bucket that has a text, or would have it. */
  indexOf(text: string): number {
    let [low, high] = [1, this.#all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareTexts(this.#all[middle]?.from ?? "", text) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The texts of a bucket; undefined behind the last one. `later`: a portion of work was done, and there is more. */
  sorted(at: number): readonly string[] | undefined | "later" {
    if (this.#work !== undefined) {
      if (this.#work.next().done === true) this.#work = undefined;
      return "later";
    }
    const bucket = this.#all[at];
    if (bucket === undefined || bucket.isSorted) return bucket?.texts;
    const pivots = bucket.texts.length > smallest ? pivotsOf(bucket) : [];
    if (pivots.length > 0) {
      this.#work = this.#dividing(bucket, pivots);
      return "later";
    }
    // With no pivot, however many there are, they are one text.
    bucket.texts = [...new Set(bucket.texts)].filter(this.#has).sort(compareTexts);
    bucket.isSorted = true;
    this.stale -= bucket.added;
    return bucket.texts;
  }

  end(): void {
    this.#work?.return();
    this.#work = undefined;
  }

  *#dividing(bucket: Bucket, pivots: readonly string[]): Generator<undefined, void> {
    const parts = [bucket.from, ...pivots].map((from) => bucketFrom(from));
    // What is added meanwhile comes behind.
    for (let from = 0; from < bucket.texts.length; ) {
      from = divide(bucket.texts, from, pivots, parts);
      // Not behind the last one: something is added all the time.
      if (from < bucket.texts.length) yield;
    }
    this.stale -= bucket.added;
    this.#all.splice(this.#all.indexOf(bucket), 1, ...parts);
  }
}

/** The first place whose text is not less. */
export function placeOf(sorted: readonly string[], text: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareTexts(sorted[middle] ?? "", text) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function* gathering(texts: Iterable<string>, into: string[]): Generator<undefined, void> {
  let left = portion;
  for (const text of texts) {
    into.push(text);
    if (--left > 0) continue;
    left = portion;
    yield;
  }
}

/** Where to divide a bucket: distinct texts of it in order, without its first place. */
function pivotsOf({ from, texts }: Bucket): readonly string[] {
  const count = ways * samples;
  const some = Array.from(
    { length: count },
    (_, at) => texts[Math.floor((at * texts.length) / count)],
  );
  const sorted = some.filter((text) => text !== undefined).sort(compareTexts);
  const chosen = sorted.filter((_, at) => at % samples === samples - 1);
  return [...new Set(chosen)].filter((text) => compareTexts(text, from) > 0);
}

/** A portion, outside of a generator: there this is slow. The place behind it. */
function divide(
  texts: readonly string[],
  from: number,
  pivots: readonly string[],
  parts: readonly Bucket[],
): number {
  const end = Math.min(from + portion, texts.length);
  for (let at = from; at < end; at++) {
    const text = texts[at] ?? "";
    let part = placeOf(pivots, text);
    if (pivots[part] === text) part++;
    parts[part]?.texts.push(text);
  }
  return end;
}
