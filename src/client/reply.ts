import { invalid } from "../internal/assert.ts";
import { noBytes } from "../internal/bytes.ts";
import { StateFunError } from "../internal/errors.ts";
import { show } from "../internal/show.ts";
import type { WireValue } from "../model/invocation.ts";
import { acceptedType, acceptedValue } from "../sdk/addressing/accepted-value.ts";
import { type Address, repliesOf } from "../sdk/addressing/address.ts";
import type { Accepts, AnyType, Decoder } from "../sdk/types/type.ts";
import { traitsOf } from "../sdk/types/type-traits.ts";

/** The option `reply` of a call, checked. */
export function decoderOf(reply: unknown): Decoder<unknown> | undefined {
  if (reply === undefined) return undefined;
  const { decode, typename } = Object(reply);
  const isType = typeof decode === "function" && typeof typename === "string";
  if (isType) return reply as Decoder<unknown>;
  throw invalid(`reply must be a type, got ${show(reply)}`);
}

/**
 * What a call resolves with: by the decoder that was given, by what the reference says, else by `known`.
 * Throws `message_undecodable`.
 */
export function decodeReply(
  to: Address,
  value: WireValue,
  decoder: Decoder<unknown> | undefined,
  known?: Accepts,
): unknown {
  // A decoder without `encode` has no traits either.
  const accepts = (decoder as AnyType | undefined) ?? repliesOf(to) ?? known;
  const type = accepts && acceptedType(accepts, value.typename);
  const open = type && traitsOf(type).open;
  const read = (one: WireValue) => readReply(to, one, decoder, accepts);
  return open ? open(value, true).then(read) : read(value);
}

function readReply(
  to: Address,
  value: WireValue,
  decoder: Decoder<unknown> | undefined,
  accepts: Accepts,
): unknown {
  if (decoder === undefined) {
    return acceptedValue(`the caller of ${to.typename}`, accepts, value);
  }
  const { typename, bytes = noBytes } = value;
  if (decoder.typename === typename) return decoder.decode(bytes);
  throw new StateFunError(
    "message_undecodable",
    `the reply has type ${typename}, expected ${decoder.typename}`,
  );
}

/** The error of a call whose message became a dead letter: its cause is what the dead letter says. */
export function deadLetterError(
  to: Address,
  cause: { code: string; message: string },
): StateFunError {
  const { code, message } = cause;
  const text = `the message to ${to.typename} ${show(to.id)} became a dead letter: ${code}: ${message}`;
  return new StateFunError("dead_letter", text, { cause });
}

/** The option `signal`, checked; throws its reason when it has aborted. */
export function signalOf(signal: unknown): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  if (!(signal instanceof AbortSignal))
    throw invalid(`signal must be an AbortSignal, got ${show(signal)}`);
  signal.throwIfAborted();
  return signal;
}
