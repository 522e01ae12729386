import type { Position } from "../../../engine/contract/records.ts";
import { isOpen, type KeptSpan } from "./kept-span.ts";

export const capacity = 4_096;
const longestMs = 600_000;
/** Of all together: ids may be long. */
const maxBytes = 16_777_216;

/** The newest spans: so many, of so long, and of so many bytes. What is not at its end has no age, and stays until its place is needed. */
export class SpanRing {
  readonly #spans: (KeptSpan | undefined)[] = [];
  readonly #byNumber = new Map<Position, KeptSpan>();
  readonly #byLetter = new Map<Position, KeptSpan>();
  /** Places from `#first` on, up to `#next`. They are never given twice, whatever is dropped. */
  #first = 0;
  #next = 0;
  #bytes = 0;

  add(span: KeptSpan, now: number): void {
    this.#bytes += span.bytes;
    while (this.#first < this.#next && this.#mustGo(now)) this.#drop();
    span.place = this.#next++;
    this.#spans[span.place % capacity] = span;
    this.#byNumber.set(span.head.number, span);
  }

  get(number: Position): KeptSpan | undefined {
    return this.#byNumber.get(number);
  }

  /** What a dead letter was. */
  ofLetter(letter: Position): KeptSpan | undefined {
    return this.#byLetter.get(letter) ?? this.#byNumber.get(letter);
  }

  bury(span: KeptSpan, letter: Position): void {
    span.letter = letter;
    // One that was dropped meanwhile must not stay for ever.
    if (this.#byNumber.get(span.head.number) === span) this.#byLetter.set(letter, span);
  }

  /** Those that are not too old by now, newest first, from before a place on. */
  *newest(now: number, before: number = this.#next): Iterable<KeptSpan> {
    for (let place = Math.min(before, this.#next) - 1; place >= this.#first; place--) {
      const span = this.#spans[place % capacity];
      if (span !== undefined && !isOld(span, now)) yield span;
    }
  }

  clear(): void {
    while (this.#first < this.#next) this.#drop();
  }

  #mustGo(now: number): boolean {
    if (this.#next - this.#first >= capacity || this.#bytes > maxBytes) return true;
    const oldest = this.#spans[this.#first % capacity];
    return oldest === undefined || isOld(oldest, now);
  }

  #drop(): void {
    const index = this.#first++ % capacity;
    const span = this.#spans[index];
    this.#spans[index] = undefined;
    if (span === undefined) return;
    const { head, letter } = span;
    this.#bytes -= span.bytes;
    if (this.#byNumber.get(head.number) === span) this.#byNumber.delete(head.number);
    if (letter !== undefined) this.#byLetter.delete(letter);
  }
}

function isOld(span: KeptSpan, now: number): boolean {
  return !isOpen(span.outcome) && now - span.changedAt > longestMs;
}
