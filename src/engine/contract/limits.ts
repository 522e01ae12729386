import { invalid } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { messageBytes, textBytes, valueBytes } from "../../model/message-bytes.ts";

/** Of an address, its typename and its id: as long as the longest line of a request that HTTP servers take. */
export const maxAddressBytes = 16_384;
/** Keys are stored, with every message that has one. */
export const maxKeyBytes = 1_024;
/** Keys that begin so are the engine's own. With one that an operator uses, a caller could take the reply of a call, or its place. */
export const ownKeys = "statefun/";

/** Of a cancellation token: it is the key of a row. */
const maxTokenBytes = 16_384;
/** Of the text of an error in a dead letter, in characters: it travels with the message. */
const maxReasonLength = 4_096;

/**
 * Throws `limit_exceeded` for a message that is larger than what comes in or goes out. `label` names it; without one its
 * target does.
 */
export function assertMessageSize(
  { target, argument }: { readonly target: WireAddress; readonly argument: WireValue },
  maxMessageBytes: number,
  label?: string,
): void {
  assertAddressSize(target);
  const units = argument.typename.length + target.typename.length + target.id.length;
  // Nearly all are so short that nothing has to be counted.
  const hasNoHeaders = argument.headers.length === 0;
  if (hasNoHeaders && units * 3 + valueBytes(argument) <= maxMessageBytes) return;
  const size = messageBytes(argument, target);
  const what = label ?? `a message to ${target.typename}`;
  assertAtMost(size, maxMessageBytes, "maxMessageBytes", what);
}

/** Throws `limit_exceeded` for an address that is too long. */
export function assertAddressSize({ typename, id }: WireAddress): void {
  // Nearly all are so short that nothing has to be counted.
  if ((typename.length + id.length) * 3 <= maxAddressBytes) return;
  const size = textBytes(typename) + textBytes(id);
  assertAtMost(size, maxAddressBytes, "maxAddressBytes", `an address of ${show(typename)}`);
}

/** Throws `limit_exceeded` for an idempotency key that is too long. */
export function assertKeySize(key: string | undefined): void {
  if (key !== undefined) {
    assertAtMost(textBytes(key), maxKeyBytes, "maxKeyBytes", "an idempotency key");
  }
}

/** Throws `invalid_argument` for an idempotency key that callers may not use. */
export function assertCallersKey(key: string | undefined): void {
  if (!key?.startsWith(ownKeys)) return;
  throw invalid(`an idempotency key must not begin with ${ownKeys}, got ${show(key)}`);
}

/** Throws `limit_exceeded` for a cancellation token that is too long. */
export function assertTokenSize(token: string): void {
  if (token.length * 3 <= maxTokenBytes) return;
  assertAtMost(textBytes(token), maxTokenBytes, "maxTokenBytes", "a cancellation token");
}

/** The beginning of what an error says. */
export function shortReason(reason: string): string {
  if (reason.length <= maxReasonLength) return reason;
  // Half a character may be left at its end.
  const begin = reason.slice(0, maxReasonLength).replace(/[\ud800-\udbff]$/, "");
  return `${begin}… (${reason.length} characters)`;
}

/** For operators: at most 2 kB of a text in UTF-8, whatever its characters. */
export function clipped(reason: string): string {
  const short = reason.slice(0, 2_000);
  const fits = textBytes(short) <= 2_000 ? short : short.slice(0, 666);
  return fits === reason ? reason : `${fits.replace(/[\ud800-\udbff]$/, "")}…`;
}

function assertAtMost(size: number, most: number, limit: string, label: string): void {
  if (size <= most) return;
  throw new StateFunError(
    "limit_exceeded",
    `${label} has ${size} bytes, more than ${limit} (${most})`,
  );
}
