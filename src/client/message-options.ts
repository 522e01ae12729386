import { assertInteger, assertKnownKeys } from "../internal/assert.ts";
import { defaultCallMs, longestDelayMs, longestWaitMs } from "../internal/limits.ts";
import type { HeadersInput } from "../sdk/types/headers.ts";
import type { Decoder } from "../sdk/types/type.ts";
import { decoderOf, signalOf } from "./reply.ts";

/** What `send` and `call` take from outside, of every client. */
export interface MessageOptions {
  /**
   * Makes repeating safe: the same key with the same message to the same address is one message, for as long
   * as the runtime keeps keys (7 days by default). With another message it is `idempotency_conflict`.
   */
  readonly idempotencyKey?: string;
  readonly headers?: HeadersInput;
  /** Aborting it stops the waiting. A message that was already accepted is still handled. */
  readonly signal?: AbortSignal;
}

/** What becomes part of the message: checked where the message is made. */
export interface MessageParts {
  readonly idempotencyKey?: unknown;
  readonly headers?: unknown;
}

export interface CheckedSend extends MessageParts {
  readonly signal: AbortSignal | undefined;
  readonly delayMs: number;
}

export interface CheckedCall extends MessageParts {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly decoder: Decoder<unknown> | undefined;
}

interface Unchecked extends MessageParts {
  readonly signal?: unknown;
  readonly delayMs?: unknown;
  readonly timeoutMs?: unknown;
  readonly reply?: unknown;
}

const nothing: CheckedSend = { signal: undefined, delayMs: 0 };
const common = ["idempotencyKey", "headers", "signal"];
const ofSend = [...common, "delayMs"];
const ofCall = [...common, "timeoutMs", "reply"];

/** The options of a `send`, checked. Throws the reason of a signal that has aborted. The clock is asked only for a delay. */
export function sendOptionsOf(options: unknown, clock: { now(): number }): CheckedSend {
  if (options === undefined) return nothing;
  assertKnownKeys(options, ofSend, "the options of a message");
  const { idempotencyKey, headers, signal, delayMs = 0 }: Unchecked = options;
  if (delayMs !== 0) assertInteger(delayMs, "delayMs", 0, longestDelayMs - clock.now());
  return { idempotencyKey, headers, signal: signalOf(signal), delayMs: Number(delayMs) };
}

/** The options of a `call`, checked. Throws the reason of a signal that has aborted. */
export function callOptionsOf(options: unknown = {}): CheckedCall {
  assertKnownKeys(options, ofCall, "the options of a message");
  const { idempotencyKey, headers, signal, timeoutMs = defaultCallMs, reply }: Unchecked = options;
  assertInteger(timeoutMs, "timeoutMs", 1, longestWaitMs);
  const decoder = decoderOf(reply);
  return { idempotencyKey, headers, signal: signalOf(signal), timeoutMs, decoder };
}
