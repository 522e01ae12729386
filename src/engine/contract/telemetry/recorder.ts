import type { BatchMarks, WireAddress, WireValue } from "../../../model/invocation.ts";
import type { Way } from "../arrival.ts";
import type { Untaken } from "../lanes.ts";
import type { EgressRow, MessageRecord, Position, TimerRecord } from "../records.ts";

/** Where a recorder is put while somebody records. Without one nothing is measured, and no object is made. */
export interface RecorderPlace {
  recorder: Recorder | undefined;
}

/** Why something is made, where no step made it. */
export type Cause =
  | {
      readonly kind: "outside";
      /** Undefined where that is not known. */
      readonly way: Way | undefined;
      /** Of an ingress. */
      readonly name?: string | undefined;
    }
  | { readonly kind: "timer"; readonly timer: Pick<TimerRecord, "number" | "caller"> }
  /** A dead letter that is sent again. */
  | { readonly kind: "letter"; readonly number: Position };

/** Something that was given up: a message, or a record of an egress. */
export interface GivenUp {
  /** Of the message; undefined for a record, and for a message that was refused before it had one. */
  readonly message: Position | undefined;
  /** Of the dead letter: where it is a record, its own number. */
  readonly letter: Position;
  readonly egress: string | undefined;
  /** Of a message its target, of a record its sender. */
  readonly address: WireAddress;
  readonly argument: WireValue;
  readonly code: string;
  readonly reason: string;
}

/** A message that waits in a mailbox, as far as it is of interest. */
export type Mail = Pick<MessageRecord, "number" | "target" | "caller" | "argument" | "attempts">;

/**
 * Hears what an engine does while somebody records: what each message has led to, by numbers.
 *
 * - It changes nothing: messages, numbers, their order and what is stored are the same with it and without it.
 * - Its methods are called synchronously, for what happens in memory. What a crash takes back is reported again when it happens again.
 * - It throws nothing, and keeps no value: only types and sizes.
 * - What is reported between `begin` and `end`, or after `StepRecorder.effect` until `StepRecorder.applied`, was caused by what they say. What is
 *   reported outside of them has an unknown cause.
 * - It may be put in or taken out between any two calls: then it hears of the end of something whose begin it has not heard, or the other
 *   way round.
 */
export interface Recorder {
  begin(cause: Cause): void;
  end(): void;
  /** A new message waits in its mailbox. */
  appended(mail: Mail): void;
  timerSet(timer: Pick<TimerRecord, "number" | "caller" | "target" | "argument">): void;
  /** Its message is in the mailbox, or it was taken back. */
  timerEnded(number: Position, how: "fired" | "cancelled"): void;
  /** A function has emitted a record. One that is kept is where it goes; others are delivered later. */
  emitted(record: Omit<EgressRow, "expiresAt">, isKept: boolean): void;
  gaveUp(given: GivenUp): void;
  /**
   * A step begins, at this time of the monotonic clock. `isTogether`: its messages run in one request, and it is unknown which of them
   * does what.
   */
  step(batch: readonly Mail[], isTogether: boolean, startedAt: number): StepRecorder;
  /** Records are being delivered. */
  delivery(records: readonly EgressRow[]): DeliveryRecorder;
}

/** One step. Its messages are reported one by one as they begin, unless they run together. */
export interface StepRecorder extends BatchMarks {
  /**
   * So many messages from the first one on were handled. With `failure` the next one has failed, or all that run together.
   * Without it those that have begun begin again. Called once, before the effects are reported.
   */
  ended(handled: number, failure: { readonly error: unknown } | undefined): void;
  /** The effect of this kind and index is applied next: what is reported until the next one is what it has led to. */
  effect(kind: EffectKind, index: number): void;
  /** All effects are applied. */
  applied(): void;
}

export type EffectKind = "message" | "delayed" | "record";

/** One delivery to an egress. */
export interface DeliveryRecorder {
  /** What was not taken, or why nothing was. */
  ended(untaken: readonly Untaken[] | { readonly reason: unknown }): void;
}
