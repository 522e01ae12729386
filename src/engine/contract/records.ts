import type { WireAddress, WireValue } from "../../model/invocation.ts";

/** A position in the history of a partition: a safe integer, given in order and never twice. */
export type Position = number;

/** A message that waits in a mailbox. */
export interface MessageRecord {
  readonly number: Position;
  readonly target: WireAddress;
  /** The sender; `statefun/ingress` for a call, undefined for a send from an ingress. */
  readonly caller: WireAddress | undefined;
  readonly argument: WireValue;
  /** Attempts that ended in a failure. */
  readonly attempts: number;
  /** Runs that were committed before they began and have not ended, the present one included: the process died in them. */
  readonly crashes: number;
}

/** A message for later. */
export interface TimerRecord {
  readonly number: Position;
  /** Engine time, in milliseconds. */
  readonly dueAt: number;
  /**
   * Where it is found, as text: at its sender, whose tokens are unique within it, or at its target for one from outside.
   * Undefined for one from outside that an earlier version has stored.
   */
  readonly owner: string | undefined;
  readonly token: string | undefined;
  readonly target: WireAddress;
  readonly caller: WireAddress | undefined;
  readonly argument: WireValue;
}

/** What a list of timers is chosen by. */
export interface TimerHead {
  readonly number: Position;
  /** The function that it belongs to: its sender, or its target for one from outside. */
  readonly typename: string;
}

/** A record on its way out, or kept for reading. */
export interface EgressRow {
  readonly number: Position;
  readonly egress: string;
  readonly from: WireAddress;
  readonly argument: WireValue;
  /** Of a record that is kept for reading, and never delivered; undefined for one that is to be delivered. */
  readonly expiresAt: number | undefined;
}

/** A record that is kept for reading. */
export type KeptRow = EgressRow & { readonly expiresAt: number };

/** Whether a record is kept for reading, and never delivered: this is the only place that distinguishes the two kinds. */
export function isKept(row: EgressRow): row is KeptRow {
  return row.expiresAt !== undefined;
}

/** A message that was given up, or a record for an egress that is not bound. */
export interface DeadRecord {
  /** Of an egress record the number that it had, where it was emitted in this partition. */
  readonly number: Position;
  readonly target: WireAddress;
  readonly caller: WireAddress | undefined;
  readonly argument: WireValue;
  readonly code: string;
  readonly reason: string;
  readonly attempts: number;
  readonly failedAt: number;
  /** The egress that a record was for; `target` is its sender then. */
  readonly egress: string | undefined;
}

/** A dead letter without its message. */
export type DeadHead = Pick<DeadRecord, "number" | "code" | "reason" | "failedAt" | "egress"> & {
  /** Of its target. */
  readonly typename: string;
};

/** What a call ended with. */
export type CallOutcome =
  | { readonly kind: "reply"; readonly value: WireValue }
  | { readonly kind: "error"; readonly code: string; readonly reason: string };

/** An idempotency key that was used, scoped by its target. */
export interface AcceptedRecord {
  readonly target: WireAddress;
  readonly key: string;
  readonly digest: string;
  /** The message that it was used for. */
  readonly number: Position;
  /** The id that its reply goes to; undefined for a send. */
  readonly call: string | undefined;
  readonly expiresAt: number;
  /** Of a call that has ended. */
  readonly outcome: CallOutcome | undefined;
}

/** A message for another partition. */
export interface OutboxRecord {
  readonly link: string;
  /** Dense: one more than the one before, over epochs as well. */
  readonly number: number;
  readonly target: WireAddress;
  readonly caller: WireAddress | undefined;
  readonly argument: WireValue;
}

/** The sender's end of a link. */
export interface LinkOut {
  /** The partition at the other end. */
  readonly link: string;
  readonly epoch: number;
  /** What is taken off the numbers of the outbox: the first message of an epoch travels as 1. */
  readonly base: number;
  /** The last number of the outbox that was given out. */
  readonly last: number;
  /** Which runs have given its numbers, by `../routing/link-runs.ts`; absent if older code has. */
  readonly runs?: string;
}

/** The receiver's end of a link. */
export interface LinkIn {
  readonly link: string;
  readonly epoch: number;
  /** The last number taken. */
  readonly last: number;
  /** Engine time of the last batch. */
  readonly seenAt: number;
  /** The run that has given the last number taken; absent if older code took it, or sent it. */
  readonly run?: string;
}

/** A state as it is stored. */
export interface StoredCell {
  /** Names the row for good: given by the engine, never for another state. */
  readonly cell: number;
  readonly value: WireValue;
  /** Engine time from which on it counts as absent; undefined is never. */
  readonly expiresAt: number | undefined;
}

/** A page of dead letters. */
export interface DeadPage {
  readonly letters: readonly DeadRecord[];
  /** The last number that was looked at; undefined at the end. */
  readonly next: Position | undefined;
}

/** Dead letters to which the same has happened. */
export interface DeadGroup {
  readonly typename: string;
  readonly egress: string | undefined;
  readonly code: string;
  /** Of one of them: what differs in numbers and quoted parts alone is one group. */
  readonly reason: string;
  readonly count: number;
  /** Engine time of the first and of the last failure. */
  readonly firstAt: number;
  readonly lastAt: number;
}
