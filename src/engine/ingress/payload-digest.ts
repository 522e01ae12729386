import { noBytes } from "../../internal/bytes.ts";
import { envelopeIn, tagBytes } from "../../model/envelope.ts";
import type { WireValue } from "../../model/invocation.ts";

/**
 * Distinguishes two messages with one idempotency key: two 32-bit FNV-1a hashes from different starts, and the
 * length. It guards against mistakes; a sender who constructs a collision only deceives itself. Headers do not
 * count, because those of a trace differ at each attempt.
 */
export function digestOf({ typename, bytes = noBytes }: WireValue): string {
  let first = 0x811c9dc5;
  let second = 0x9e3779b9;
  for (const byte of bytes) {
    first = Math.imul(first ^ byte, 0x01000193);
    second = Math.imul(second ^ byte, 0x01000193) ^ (second >>> 13);
  }
  return `${typename} ${bytes.length} ${hex(first)}${hex(second)}`;
}

/**
 * The same of a message that may be sent again. Encrypted anew it has other bytes, and a digest of what they hold would tell it to
 * the store: so of an encrypted one only its type and its length count.
 */
export function messageDigest(value: WireValue): string {
  const envelope = envelopeIn(value);
  if (envelope === undefined) return digestOf(value);
  return `${value.typename} ${envelope.ciphertext.length - tagBytes} encrypted`;
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
