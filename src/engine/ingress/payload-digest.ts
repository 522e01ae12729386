import { noBytes } from "../../internal/bytes.ts";
import type { WireValue } from "../../model/invocation.ts";

/**
 * Tells two messages apart that came under one idempotency key: two FNV-1a hashes of 32 bits from different
 * starts, and the length. A guard against mistakes; whoever looks for a collision deceives nobody but himself.
 * Headers do not count: those of a trace differ from try to try.
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

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
