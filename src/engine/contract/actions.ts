import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { ownKeys } from "./limits.ts";
import type { Position } from "./records.ts";

/** Which dead letters: those for which all that is given holds. */
export interface DeadFilter {
  /** Of a function, or of an egress. */
  readonly typename?: string;
  readonly code?: string;
  /** Somewhere in the reason, with its letters as they are. */
  readonly reason?: string;
  /** Engine time of the failure, in milliseconds: from the first on, before the second. */
  readonly since?: number;
  readonly until?: number;
}

/**
 * What an operator may do: plain data, so that it travels by RPC and its digest can be stored. Each one is a step of its own
 * between two steps of the instance, in one synchronous piece of the open window.
 */
export type Action =
  /** Sends a dead letter again, behind all that waits. `invalid_argument` where there is none (any more). */
  | { readonly kind: "replay" | "discard"; readonly number: Position }
  /**
   * The same of all that match and whose numbers are in `(after, upTo]`, oldest first, `limit` of them at most (1,000, and 1 MiB).
   * A page ends too when it has looked at 1,000 letters. Records of an egress that is not bound are not sent again.
   * `upTo` keeps out those that fail again meanwhile. With `isDryRun` nothing is done but counted, and the key is not used.
   */
  | {
      readonly kind: "replay-all" | "discard-all";
      readonly filter: DeadFilter;
      readonly after: Position;
      readonly upTo: Position;
      readonly limit: number;
      readonly isDryRun: boolean;
    }
  /**
   * The head of a mailbox becomes a dead letter, `discarded_by_operator`. It waits for the end of a step that runs, as a state does;
   * `conflict` unless the head has this number then.
   */
  | { readonly kind: "skip"; readonly address: WireAddress; readonly number: Position }
  /** Ends the wait before the next try; attempts stay as they are. A gate that is down looks at once. */
  | { readonly kind: "retry"; readonly address: WireAddress }
  /**
   * Takes a timer back, or lets it fire now. `conflict` once it has fired or was cancelled. `address` is an instance that it is listed
   * for: where each has an engine of its own, a number alone says nothing. `conflict` too for a timer that neither was set by it nor
   * goes to it.
   */
  | {
      readonly kind: "cancel-timer" | "fire-timer";
      readonly number: Position;
      readonly address?: WireAddress;
    }
  /**
   * From now on no step of the function starts (without an id), or of the instance. What comes is accepted and waits, in order; the
   * step that runs ends. It is stored: a crash does not resume it. `resume` is its end. Both are nothing where it is so already.
   */
  | { readonly kind: "pause" | "resume"; readonly typename: string; readonly id?: string }
  /**
   * Writes or forgets a state, between two steps: it waits for the end of one that runs, `busy` after ten seconds. `ifMatch` is the
   * digest of the value that is there (`digestOf` of ingress/payload-digest.ts), "" for none and "unreadable" for one that the store cannot
   * read: `conflict`, whose text has the present one, if it is another. `undeclared_state` for a new state that the function does not have.
   */
  | {
      readonly kind: "set-state";
      readonly address: WireAddress;
      readonly name: string;
      readonly value: WireValue;
      readonly ifMatch: string;
    }
  | {
      readonly kind: "clear-state";
      readonly address: WireAddress;
      readonly name: string;
      readonly ifMatch: string;
    }
  /**
   * Forgets all states of an instance, and with `withTimers` takes its timers back: those that it has set, and those for it from outside,
   * `limit_exceeded` for more than 10,000. What waits in its mailbox stays and runs on an
   * instance without state; so do idempotency keys, so that duplicates stay duplicates.
   */
  | {
      readonly kind: "delete-instance";
      readonly address: WireAddress;
      readonly withTimers: boolean;
    }
  /**
   * A message from outside, as a send or with `isCall` a call whose reply is kept for the key `callKeyOf(key)`: the message, the key and
   * the record of it are in one window, so a crash leaves all or none of them. `mailbox_full` or `unavailable` where a message from
   * outside has no room. It is stored with this window, and does not wait for its run as those of other senders may.
   */
  | {
      readonly kind: "send";
      readonly address: WireAddress;
      readonly value: WireValue;
      /** 0 for a call. */
      readonly delayMs: number;
      readonly isCall: boolean;
    };

/** The idempotency key, of its target, of a call that an operator makes: whoever calls with it gets the reply. */
export function callKeyOf(key: string): string {
  return `${ownKeys}admin ${key}`;
}

/** An action of somebody. */
export interface Order {
  readonly action: Action;
  /** The same key does the same once: the second time it gets the result of the first. */
  readonly key: string;
  /** For the record of what was done. */
  readonly who: string;
  readonly why: string | undefined;
}

/** Somebody who does what is no action of one instance. */
export type OrderedBy = Omit<Order, "action">;

/** What became of it, once that survives a crash. */
export interface ActionResult {
  /** It was done before, with this key. */
  readonly isDuplicate: boolean;
  /** Dead letters that were sent again, discarded or counted; timers and states that went; 1 for what changes one thing, 0 for nothing. */
  readonly count: number;
  /** Of `replay-all` and `discard-all`: the last number that was looked at; undefined when all have been. */
  readonly next?: Position;
  /** Of a `send`: the id of the message, unique beyond the store. */
  readonly id?: string;
}

/** A function, or one instance of it. */
export interface PausedKey {
  readonly typename: string;
  /** Undefined: the whole function. */
  readonly id: string | undefined;
}

/** A function or an instance that an operator has stopped. */
export interface PausedRecord extends PausedKey {
  /** Engine time. */
  readonly since: number;
  readonly who: string;
  readonly why: string | undefined;
}

/** A function of which something is paused, for health. */
export interface PausedHealth {
  readonly typename: string;
  /** The whole function is paused, whatever is said of instances. */
  readonly isWhole: boolean;
  /** How many instances are paused by themselves. */
  readonly instances: number;
  /** Messages that wait there for the end of a pause. */
  readonly waiting: number;
}
