import type { WireAddress, WireValue } from "../../model/invocation.ts";

/** A link that was silent for so long is forgotten by its receiver: its sender tries at least every minute. */
export const silentMs = 604_800_000;
/** How long a link with nothing on it stays open at its sender. */
export const drainedMs = 3_600_000;

/** Epochs are times, made greater than others: there is room behind all of them. */
export const latestEpoch = 9e15;

/** Messages of one partition for another, with consecutive numbers. */
export interface LinkBatch {
  readonly from: string;
  readonly epoch: number;
  /** The number of the first message; numbers of an epoch start at 1. */
  readonly first: number;
  readonly messages: readonly LinkMessage[];
  /**
   * How many of them, from the first one, may have been sent before: by a batch that was not answered, or by an earlier
   * run. If the receiver does not have them, it may have ended by one of them. @default 0
   */
  readonly tried?: number;
  /**
   * Which runs of the sender's engine have given its numbers, the latest one last. Two histories of a store, of which one
   * was restored, have the same number from different runs. @default unknown, as of older code
   */
  readonly runs?: readonly LinkRun[];
  /** The last batch was not answered because the receiver took more memory or processor than it may. @default false */
  readonly isOutOfResources?: boolean;
}

/** A run has given the numbers behind `since`, up to those of the next run. */
export interface LinkRun {
  readonly run: string;
  readonly since: number;
}

/** Of so many runs a sender knows which numbers are theirs: a receiver may be away for long. */
export const maxLinkRuns = 16;

export interface LinkMessage {
  readonly target: WireAddress;
  readonly caller: WireAddress | undefined;
  readonly argument: WireValue;
}

/** What a receiver says, after everything it says it by survives a crash. */
export type LinkAnswer =
  /**
   * It has everything of this epoch up to `last`, now or from before. `isFull`: what waits there leaves no room for the
   * rest of the batch. The sender keeps it, and tries again later. `isOlder`: its last number is
   * from another run than in the batch, and it took nothing. The sender's store was restored to an earlier state.
   */
  | {
      readonly kind: "taken";
      readonly epoch: number;
      readonly last: number;
      readonly isFull?: boolean;
      readonly isOlder?: boolean;
    }
  /** It has nothing of this epoch from `expected` on, and took nothing. */
  | { readonly kind: "gap"; readonly epoch: number; readonly expected: number };
