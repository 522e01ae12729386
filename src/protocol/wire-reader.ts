import { textFromBytes } from "../internal/bytes.ts";
import { StateFunError } from "../internal/errors.ts";
import { type Budget, budgetFor } from "./limits.ts";
import type { DecodeLimits } from "./codec.ts";

/** As deep as protobuf-java reads nested groups. */
const maxGroupDepth = 100;

/**
 * Reads protobuf's wire format, strictly: a length ends within its message and is never cut to 32 bits, a
 * varint has ten bytes at most, invalid UTF-8 is an error, skipping is bounded in depth. Throws a
 * RangeError or a TypeError on anything else; `total` makes them `malformed_request`.
 */
export class WireReader {
  readonly bytes: Uint8Array;
  readonly budget: Budget;
  position = 0;

  constructor(bytes: Uint8Array, budget: Budget) {
    this.bytes = bytes;
    this.budget = budget;
  }

  /** The next tag (field number times eight plus wire type), or 0 at the end of the message. */
  next(end: number): number {
    if (this.position === end) return 0;
    const tag = this.varint();
    if (this.position > end || tag < 8 || tag > 0xffffffff || tag % 8 > 5) throw broken();
    return tag;
  }

  /** An unsigned varint; beyond 2⁵³ the nearest number, but never 0 by rounding. */
  varint(): number {
    let value = 0;
    for (let scale = 1, count = 0; count < 10; scale *= 128, count++) {
      const byte = this.bytes[this.position++] ?? 256;
      if (byte < 128) return value + byte * scale;
      if (byte > 255) break;
      value += (byte - 128) * scale;
    }
    throw broken();
  }

  /** Reads a length and returns where the field ends. */
  fieldEnd(end: number): number {
    const length = this.varint();
    if (length > end - this.position) throw broken();
    return this.position + length;
  }

  /** A view, not a copy. */
  slice(end: number): Uint8Array {
    const to = this.fieldEnd(end);
    const slice = this.bytes.subarray(this.position, to);
    this.position = to;
    return slice;
  }

  text(end: number): string {
    const to = this.fieldEnd(end);
    const from = this.position;
    this.position = to;
    if (to - from < 48) {
      let text = "";
      let at = from;
      for (; at < to; at++) {
        const byte = this.bytes[at] ?? 0;
        if (byte > 127) break;
        text += String.fromCharCode(byte);
      }
      if (at === to) return text;
    }
    return textFromBytes(this.bytes.subarray(from, to));
  }

  /** Skips a field whose tag was just read: an unknown field, or a known one of another wire type. */
  skip(tag: number, end: number, depth = 0): void {
    const type = tag % 8;
    if (type === 0) this.varint();
    else if (type === 1) this.position += 8;
    else if (type === 2) this.position = this.fieldEnd(end);
    else if (type === 5) this.position += 4;
    else if (type === 4 || depth === maxGroupDepth) throw broken();
    else {
      for (let inner = this.next(end); inner !== tag + 1; inner = this.next(end)) {
        if (inner === 0) throw broken();
        this.skip(inner, end, depth + 1);
      }
    }
    if (this.position > end) throw broken();
  }
}

function broken(): RangeError {
  return new RangeError("a field is cut, or longer than its message, or no field at all");
}

/** Runs a decoder on hostile bytes: whatever goes wrong in it is `malformed_request`. */
export function total<T>(
  bytes: Uint8Array,
  limits: DecodeLimits | undefined,
  maxInvocations: number,
  decode: (reader: WireReader) => T,
): T {
  const budget = budgetFor(bytes, limits, maxInvocations);
  try {
    return decode(new WireReader(bytes, budget));
  } catch (cause) {
    if (cause instanceof StateFunError) throw cause;
    const reason = cause instanceof Error ? cause.message : cause;
    throw new StateFunError("malformed_request", `not a StateFun message: ${reason}`, { cause });
  }
}

/** Reads all of a message that has no countable parts, such as a single value. */
export function readAll<T>(bytes: Uint8Array, decode: (reader: WireReader) => T): T {
  return decode(new WireReader(bytes, budgetFor(bytes, { maxBytes: bytes.length }, 0)));
}
