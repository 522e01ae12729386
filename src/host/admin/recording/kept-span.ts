import type { Position } from "../../../engine/contract/records.ts";
import type { Span, SpanOutcome, SpanSource } from "../../../surface/admin/recording-host.ts";

/** Why something is made. */
export interface Made {
  readonly causes: readonly Position[];
  readonly isCut: boolean;
  readonly from: SpanSource;
}

/** What stays as it is. */
export interface SpanHead
  extends Pick<Span, "number" | "kind" | "to" | "messageTypename" | "size"> {
  readonly made: Made;
  readonly at: number;
}

/** Whether something of it is still to come. */
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

/** Its fields, an error, and entries of tables. */
const entryBytes = 1_000;

/** A span in memory: it changes until its end. */
export class KeptSpan {
  readonly head: SpanHead;
  /** By the monotonic clock, when it changed last: from then on its age counts. */
  changedAt: number;
  /** Given when it is put into a ring. */
  place = 0;
  startedAt: number | undefined;
  /** By the monotonic clock. */
  begunAt = 0;
  durationMs: number | undefined;
  attempts = 0;
  outcome: SpanOutcome;
  error: Span["error"];
  letter: Position | undefined;

  constructor(head: SpanHead, outcome: SpanOutcome, changedAt: number) {
    this.head = head;
    this.outcome = outcome;
    this.changedAt = changedAt;
  }

  /** About what it takes in memory. */
  get bytes(): number {
    const { to, messageTypename, made } = this.head;
    const texts = "egress" in to ? to.egress.length : to.typename.length + to.id.length;
    const from = made.from.kind === "function" ? made.from.id.length : 0;
    return entryBytes + 2 * (texts + from + messageTypename.length) + 8 * made.causes.length;
  }

  /** It begins, for another time perhaps. */
  begin(now: number, monotonic: number, attempts: number): void {
    this.outcome = "running";
    this.startedAt = now;
    this.begunAt = monotonic;
    this.durationMs = undefined;
    this.attempts = Math.max(this.attempts, attempts) + 1;
  }

  end(outcome: SpanOutcome, monotonic: number, error?: Span["error"]): void {
    this.outcome = outcome;
    this.changedAt = monotonic;
    if (this.startedAt !== undefined) this.durationMs ??= monotonic - this.begunAt;
    this.error = error;
  }

  /** As it is now. */
  get shown(): Span {
    const { place, startedAt, durationMs, attempts, outcome, error, letter } = this;
    const { made, ...head } = this.head;
    return {
      ...{ ...head, ...made, place, startedAt, durationMs, attempts, outcome, error, letter },
    };
  }
}
