import type { WireAddress, WireValue } from "./invocation.ts";

/** `value` undefined deletes. */
export interface StateMutation {
  readonly name: string;
  readonly value: WireValue | undefined;
}

/** A message to be delivered as soon as possible. */
export interface OutgoingMessage {
  readonly target: WireAddress;
  readonly argument: WireValue;
}

/** A message to be delivered later, or the cancellation of one. */
export type DelayedEffect =
  | {
      readonly kind: "send";
      readonly delayMs: number;
      readonly target: WireAddress;
      readonly argument: WireValue;
      readonly cancellationToken: string | undefined;
    }
  | { readonly kind: "cancel"; readonly cancellationToken: string };

/** A record for an egress, `egress` being its typename. */
export interface EgressMessage {
  readonly egress: string;
  readonly argument: WireValue;
}

/** A state that the function declares and the runtime does not know yet. */
export interface MissingValue {
  readonly name: string;
  readonly typename: string;
  readonly expiration: {
    readonly mode: "none" | "after-write" | "after-call";
    /** Milliseconds; 0 with the mode "none". */
    readonly afterMs: number;
  };
}

/** Everything that a batch did, each list in call order over the whole batch. */
export interface Completed {
  readonly kind: "completed";
  /** At most one for a name: the last write counts. */
  readonly mutations: readonly StateMutation[];
  readonly messages: readonly OutgoingMessage[];
  readonly delayed: readonly DelayedEffect[];
  readonly egresses: readonly EgressMessage[];
}

/** The runtime has to register these states, all at once, and to send the same batch again. */
export interface Incomplete {
  readonly kind: "incomplete";
  readonly missing: readonly MissingValue[];
}

/** What a function answers to a runtime. */
export type InvocationOutcome = Completed | Incomplete;

/**
 * What `execute` answers when user code failed. Never on the wire: our own engines commit the
 * `completed` prefix (when they asked for one) and keep the failing message, a Flink runtime gets a
 * 500 and repeats the whole batch.
 */
export interface Failed {
  readonly kind: "failed";
  /** Which invocation of the batch failed; -1 when the batch failed before its first one. */
  readonly index: number;
  readonly error: unknown;
  /** The effects of the invocations before `index`; undefined unless the caller asked for prefixes. */
  readonly completed: Completed | undefined;
}
