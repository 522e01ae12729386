import type { CommitListener, Journal } from "../commit/journal.ts";
import type { Position } from "../contract/records.ts";

/** Numbers that were given out within this time have one date. */
const spanMs = 1_000;
/** More of them than this, and those of long ago become coarser. */
const maxSpans = 4_096;
/** An age is right to such a part of it, then. A month of seconds is 3,000 spans. */
const finest = 200;

/** The numbers of one second. */
interface Span {
  readonly since: number;
  last: Position;
}

/** When numbers were given out: a message has a number, and no time. One look at the clock in each window. */
export class Ages implements CommitListener {
  readonly #journal: Journal;
  #spans: Span[];

  constructor(journal: Journal) {
    this.#journal = journal;
    // What is from before counts from the start of this run on.
    this.#spans = [{ since: journal.openedAt, last: journal.durableNumber }];
  }

  released(): void {
    const now = this.#journal.now();
    const span = this.#spans.at(-1);
    const last = this.#journal.durableNumber;
    if (span === undefined || now - span.since >= spanMs) this.#add({ since: now, last });
    else span.last = last;
  }

  /** How long ago a number was given out, in milliseconds; at least so long for one of an earlier run. */
  ageOf(number: Position): number {
    let [low, high] = [0, this.#spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#spans[middle]?.last ?? 0) >= number) high = middle;
      else low = middle + 1;
    }
    const now = this.#journal.now();
    return Math.max(0, now - (this.#spans[low]?.since ?? now));
  }

  #add(span: Span): void {
    const spans = this.#spans;
    // Numbers without messages need no date of their own.
    if (span.last === spans.at(-1)?.last) return;
    spans.push(span);
    if (spans.length <= maxSpans) return;
    // Spans that are near to each other, for their age, become one. The first is that of the start.
    const [first = span, ...others] = spans;
    const kept = [first];
    for (const one of others) {
      const before = kept[kept.length - 1] ?? first;
      const isNear = (one.since - before.since) * finest < span.since - one.since;
      if (isNear && before !== first) before.last = one.last;
      else kept.push(one);
    }
    this.#spans = kept;
  }
}
