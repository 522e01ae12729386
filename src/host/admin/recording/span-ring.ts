import type { Position } from "../../../engine/contract/records.ts";
import type { Span, SpanOutcome, SpanSource } from "../../../surface/admin/recording-host.ts";

export const capacity = 4_096;
const longestMs = 600_000;
/** Of all together: ids may be long. */
const maxBytes = 16_777_216;
/** Of one: its columns, and entries of tables. */
const entryBytes = 1_000;

/** Why something is made. */
export interface Made {
  readonly causes: readonly Position[];
  readonly isCut: boolean;
  readonly from: SpanSource;
}

/** What stays of a span as it is. */
export interface SpanHead {
  readonly number: Position;
  readonly kind: Span["kind"];
  /** Of the target, or of the egress. */
  readonly typename: string;
  /** Of the target. */
  readonly id: string;
  readonly messageTypename: string;
  readonly size: number;
  readonly made: Made;
  readonly at: number;
}

const column = (): Float64Array => new Float64Array(capacity);

/**
 * The newest spans: so many, of so long, and of so many bytes. What is not at its end has no age, and stays until its place is needed.
 * They are columns, and a span is its place in them: an object for each would keep the garbage collector busy.
 */
export class SpanRing {
  /** Those below have an entry for each slot, which is the place modulo the capacity. */
  readonly #heads: (SpanHead | undefined)[] = new Array(capacity);
  readonly #outcomes: SpanOutcome[] = new Array(capacity);
  readonly #errors: Span["error"][] = new Array(capacity);
  readonly #letters: (Position | undefined)[] = new Array(capacity);
  readonly #attempts: Float64Array = column();
  readonly #bytes: Float64Array = column();
  /** By the monotonic clock: when it changed last, and when its last attempt began. */
  readonly #changedAt: Float64Array = column();
  readonly #begunAt: Float64Array = column();
  /** Not a number where it has not begun, or not ended. */
  readonly #startedAt: Float64Array = column();
  readonly #durationMs: Float64Array = column();
  readonly #byNumber = new Map<Position, number>();
  readonly #byLetter = new Map<Position, Position>();
  /** Places from `#first` on, up to `#next`. They are never given twice, whatever is dropped. */
  #first = 0;
  #next = 0;
  #total = 0;

  /** Gives its slot. */
  add(head: SpanHead, outcome: SpanOutcome, monotonic: number): number {
    const { typename, id, messageTypename, made } = head;
    const sender = made.from.kind === "function" ? made.from.id.length : 0;
    const texts = typename.length + id.length + messageTypename.length + sender;
    const bytes = entryBytes + 2 * texts + 8 * made.causes.length;
    this.#total += bytes;
    while (this.#first < this.#next && this.#mustGo(monotonic)) this.#drop();
    const slot = this.#next++ % capacity;
    this.#heads[slot] = head;
    this.#outcomes[slot] = outcome;
    this.#errors[slot] = undefined;
    this.#letters[slot] = undefined;
    this.#attempts[slot] = 0;
    this.#bytes[slot] = bytes;
    this.#changedAt[slot] = monotonic;
    this.#startedAt[slot] = Number.NaN;
    this.#durationMs[slot] = Number.NaN;
    this.#byNumber.set(head.number, slot);
    return slot;
  }

  /** The slot of a number, or -1. */
  slotOf(number: Position): number {
    return this.#byNumber.get(number) ?? -1;
  }

  /** What a dead letter was. */
  numberOfLetter(letter: Position): Position | undefined {
    return this.#byLetter.get(letter) ?? (this.#byNumber.has(letter) ? letter : undefined);
  }

  sourceOf(slot: number): SpanSource | undefined {
    return this.#heads[slot]?.made.from;
  }

  /** Whether a slot is still that of a number: it may have got another span. */
  isOf(slot: number, number: Position): boolean {
    return this.#heads[slot]?.number === number;
  }

  /** It begins, for another time perhaps. `now` is the same moment as the wall clock has it. */
  begin(slot: number, monotonic: number, now: number, attempts: number): void {
    this.#outcomes[slot] = "running";
    this.#startedAt[slot] = now;
    this.#begunAt[slot] = monotonic;
    this.#durationMs[slot] = Number.NaN;
    this.#attempts[slot] = Math.max(this.#attempts[slot] ?? 0, attempts) + 1;
  }

  /** Its attempt is over, whatever becomes of it. */
  pass(slot: number, monotonic: number): void {
    if (Number.isNaN(this.#durationMs[slot])) {
      this.#durationMs[slot] = monotonic - (this.#begunAt[slot] ?? 0);
    }
  }

  end(slot: number, outcome: SpanOutcome, monotonic: number, error?: Span["error"]): void {
    this.#outcomes[slot] = outcome;
    this.#changedAt[slot] = monotonic;
    const more = 2 * (sizeOf(error) - sizeOf(this.#errors[slot]));
    this.#bytes[slot] = (this.#bytes[slot] ?? 0) + more;
    this.#total += more;
    this.#errors[slot] = error;
    this.pass(slot, monotonic);
  }

  /** What failed was not it, as where an endpoint is down: it waits, and the attempt does not count. */
  wait(slot: number, monotonic: number, error: Span["error"]): void {
    this.#attempts[slot] = (this.#attempts[slot] ?? 1) - 1;
    this.end(slot, "waiting", monotonic, error);
  }

  bury(slot: number, letter: Position): void {
    const number = this.#heads[slot]?.number;
    if (number === undefined) return;
    this.#letters[slot] = letter;
    this.#byLetter.set(letter, number);
  }

  /** Those that are not too old by now, newest first, from before a place on. */
  *newest(monotonic: number, before: number = this.#next): Iterable<Span> {
    for (let place = Math.min(before, this.#next) - 1; place >= this.#first; place--) {
      const slot = place % capacity;
      const head = this.#heads[slot];
      if (head !== undefined && !this.#isOld(slot, monotonic)) yield this.#shown(head, place);
    }
  }

  clear(): void {
    while (this.#first < this.#next) this.#drop();
  }

  #shown({ typename, id, made, ...head }: SpanHead, place: number): Span {
    const slot = place % capacity;
    const startedAt = valueAt(this.#startedAt, slot);
    return {
      ...{ ...head, ...made, place, startedAt },
      to: head.kind === "record" ? { egress: typename } : { typename, id },
      durationMs: startedAt === undefined ? undefined : valueAt(this.#durationMs, slot),
      attempts: this.#attempts[slot] ?? 0,
      outcome: this.#outcomes[slot] ?? "waiting",
      error: this.#errors[slot],
      letter: this.#letters[slot],
    };
  }

  #mustGo(monotonic: number): boolean {
    if (this.#next - this.#first >= capacity || this.#total > maxBytes) return true;
    return this.#isOld(this.#first % capacity, monotonic);
  }

  #isOld(slot: number, monotonic: number): boolean {
    const ageMs = monotonic - (this.#changedAt[slot] ?? 0);
    return ageMs > longestMs && !isOpen(this.#outcomes[slot] ?? "waiting");
  }

  #drop(): void {
    const slot = this.#first++ % capacity;
    const number = this.#heads[slot]?.number;
    const letter = this.#letters[slot];
    this.#heads[slot] = undefined;
    this.#errors[slot] = undefined;
    this.#total -= this.#bytes[slot] ?? 0;
    if (number !== undefined && this.slotOf(number) === slot) this.#byNumber.delete(number);
    if (letter !== undefined) this.#byLetter.delete(letter);
  }
}

/** Whether something is still to come. */
export function isOpen(outcome: SpanOutcome): boolean {
  switch (outcome) {
    case "waiting":
    case "running":
    case "failed":
    case "scheduled":
      return true;
    default:
      return false;
  }
}

function sizeOf(error: Span["error"]): number {
  return error === undefined ? 0 : error.code.length + error.message.length;
}

function valueAt(values: Float64Array, slot: number): number | undefined {
  const value = values[slot] ?? Number.NaN;
  return Number.isNaN(value) ? undefined : value;
}
