import type { Clock } from "./clock.ts";
import type { Invocation, WireAddress, WireHeader, WireValue } from "./invocation.ts";
import type {
  EngineKind,
  HandlingEffect,
  HandlingEnd,
  Observer,
  SendingEvent,
} from "./observer.ts";

/**
 * Observers as the parts that run handlers and send messages use them: all of it is loaded with them, so that nobody else pays for it.
 * Nothing in it throws.
 */
export interface WatchedObserver extends Observer {
  /** Before a handler runs, or a request to a remote function. Undefined where nothing is reported. */
  watch?(target: WireAddress, messages: readonly Invocation[], by: WatchedBy): Watch | undefined;
  /** Of a message that is given up: its headers with those that the observer of its last attempt has; undefined where that has none. */
  deadLetterHeaders?(message: object): Pick<WireValue, "headers"> | undefined;
  /**
   * Before a client sends. `given`: the headers stand beside the message, so none of them is replaced. `fits` says whether the message
   * can be sent with more of them.
   */
  send?(
    kind: SendingEvent["kind"],
    target: WireAddress,
    argument: WireValue,
    delayMs: number,
    given: boolean,
    fits: (argument: WireValue) => boolean,
  ): WatchedSend | undefined;
}

export interface WatchedBy {
  readonly engine: EngineKind;
  readonly clock: Clock;
  readonly isRemote?: boolean;
  /** The first part of the id of each message. */
  readonly identity?: string;
}

/** One handler, or one request. */
export interface Watch {
  run<T>(run: () => T): T;
  /** What is sent, with headers of the observer; undefined where there are none, or with which it does not fit. */
  effect(
    kind: HandlingEffect["kind"],
    typename: string,
    encode: (stamp: Stamp) => WireValue,
    fits: (value: WireValue) => boolean,
  ): WireValue | undefined;
  ended(outcome: HandlingEnd["outcome"], error: unknown): void;
}

/** Adds headers to those of an effect. */
export interface Stamp {
  /** `given`: those that stand beside the message, if there are any. Its own, which it came with, are replaced. */
  value(value: WireValue, given: readonly WireHeader[] | undefined): WireValue;
  /** To those that a handler gave. */
  headers(given: readonly WireHeader[]): readonly WireHeader[];
}

/** One message of a client. */
export interface WatchedSend {
  /** The message, with headers of the observer if it fits. */
  readonly argument: WireValue;
  /** Reports how it ended, `error` is undefined after a success; the first time alone. */
  ended(error: unknown, messageId?: string): void;
  /** The same when a promise has settled, which gives the receipt of a send, or the reply to a call. Gives or throws what it does. */
  until<T>(end: Promise<T>): Promise<T>;
}
