import { peek, printable } from "./show.ts";

/** Why something failed. The list is closed: match on it, never on the text of a message. */
export type StateFunErrorCode =
  /** A call with a value that its rule refuses: names, delays, tokens, options. */
  | "invalid_argument"
  /** A value that its type cannot encode or its schema refuses. */
  | "value_invalid"
  /** The context was used after its handler settled. */
  | "context_closed"
  /** A handler returned something: `context.reply` is the way to answer. */
  | "returned_value"
  /** A reply to a message that has no caller: it came from an ingress. */
  | "no_caller"
  /** A cancellation token that is already waiting in this batch. */
  | "token_pending"
  /** An effect that this protocol or cluster cannot carry. */
  | "unsupported_by_wire"
  /** Bytes that are no request, or no response. */
  | "malformed_request"
  /** More bytes or items than a named limit. */
  | "limit_exceeded"
  | "unknown_function"
  | "unknown_egress"
  /** A state that neither the function nor its module.yaml declares. */
  | "undeclared_state"
  /** A message that none of the types in `accepts` can read. */
  | "message_undecodable"
  /** Stored bytes that the declared type cannot read. */
  | "state_undecodable"
  /** The handler said that a retry cannot help: a `NonRetryableError`. */
  | "non_retryable"
  | "timed_out"
  | "call_timeout"
  /** What a call waited for ended as a dead letter. */
  | "dead_letter"
  | "mailbox_full"
  | "draining"
  | "unavailable"
  /** The idempotency key came before with another body. */
  | "idempotency_conflict"
  /** An operator's action on something that has changed meanwhile: a timer that fired, another message at the head. */
  | "conflict"
  /** An operator's action on an instance whose handler did not end in time. */
  | "busy"
  /** What this engine, or this platform, cannot do. */
  | "unsupported"
  | "store_locked"
  | "store_newer"
  | "store_failed"
  /** Given to `onError` alone: the clock of the machine jumped, or is behind the time of the store. */
  | "clock_jumped"
  /** The platform is not set up as the engine needs it: the text says what to write into its configuration. */
  | "misconfigured"
  | "module_invalid"
  | "unauthenticated";

/**
 * The one error of this package. Recognised by its brand instead of by identity of the class, so
 * that `instanceof` also holds between two copies of the package.
 */
export class StateFunError extends Error {
  readonly code: StateFunErrorCode;

  constructor(code: StateFunErrorCode, message: string, options?: { readonly cause?: unknown }) {
    // It may quote what came from outside.
    super(printable(message), options);
    this.name = "StateFunError";
    this.code = code;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a subclass inherits this method, and is asked by it.
    return this === StateFunError ? peek(value, "~statefunError") === true : isOf(this, value);
  }

  /** @internal */
  get "~statefunError"(): true {
    return true;
  }
}

/**
 * Thrown by a handler to say that a retry cannot help. With a `deadLetter` the message goes there and
 * the batch goes on; without it the batch fails like any other. Recognised by its name as well, since
 * Cloudflare Workflows and other libraries have an error of the same name and meaning.
 *
 * @example
 * ```ts
 * import { NonRetryableError, StatefulFunctions, string } from "statefun";
 *
 * const functions = new StatefulFunctions();
 * functions.bind("demo/parser", { accepts: string }, (_context, text) => {
 *   if (text === "") throw new NonRetryableError("there is nothing to parse");
 * });
 * ```
 */
export class NonRetryableError extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "NonRetryableError";
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: as above.
    return this === NonRetryableError ? isNonRetryable(value) : isOf(this, value);
  }

  /** @internal */
  get "~nonRetryable"(): true {
    return true;
  }
}

/** What `instanceof` says of a class without an opinion of its own: somebody's subclass. */
function isOf(asked: unknown, value: unknown): boolean {
  return Function.prototype[Symbol.hasInstance].call(asked, value);
}

export function isNonRetryable(value: unknown): boolean {
  return peek(value, "~nonRetryable") === true || peek(value, "name") === "NonRetryableError";
}
