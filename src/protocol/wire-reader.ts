import { textFromBytes } from "../internal/bytes.ts";
import { StateFunError } from "../internal/errors.ts";
import { defaultPayloadBytes } from "../internal/limits.ts";
import { reasonOf } from "../internal/show.ts";
import type { DecodeLimits } from "./codec.ts";

type Counted = "maxInvocations" | "maxStates" | "maxHeaders";

/** Short ASCII texts that were read before, each in the one place that its bytes lead to. */
const known: string[] = [];

/** Names come again with every request: finding one costs less than making it, and so does comparing it. */
function shortText(bytes: Uint8Array, from: number, to: number): string {
  const length = to - from;
  const byte = (at: number): number => bytes[at] ?? 0;
  const place = (length * 31 + byte(from) * 7 + byte(to - 1) * 13) % 256;
  const text = known[place];
  if (text?.length === length) {
    let same = 0;
    while (same < length && text.charCodeAt(same) === byte(from + same)) same++;
    if (same === length) return text;
  }
  const made = textFromBytes(bytes.subarray(from, to));
  if (made.length === length) known[place] = made;
  return made;
}

/** The text of a part of bytes. Throws a TypeError on invalid UTF-8. */
export function textBetween(bytes: Uint8Array, from: number, to: number): string {
  return to - from < 64 ? shortText(bytes, from, to) : textFromBytes(bytes.subarray(from, to));
}

const defaults = { maxInvocations: 10_000, maxStates: 1_000, maxHeaders: 100_000 };

/** As deep as protobuf-java reads nested groups. */
const maxGroupDepth = 100;

/**
 * Reads protobuf's wire format, strictly: a length ends within its message and is never cut to 32 bits, a
 * varint has ten bytes at most, invalid UTF-8 is an error, skipping is bounded in depth, and items are
 * counted before anything is allocated for them.
 */
export class WireReader {
  readonly bytes: Uint8Array;
  readonly #limits: DecodeLimits;
  readonly #counts: Record<Counted, number> = { maxInvocations: 0, maxStates: 0, maxHeaders: 0 };
  position = 0;

  constructor(bytes: Uint8Array, limits: DecodeLimits) {
    this.bytes = bytes;
    this.#limits = limits;
  }

  /** Takes one item from a limit. */
  count(limit: Counted): void {
    const most = this.#limits[limit] ?? defaults[limit];
    if (++this.#counts[limit] > most) throw over(limit, most);
  }

  /** The next tag (field number times eight plus wire type), or 0 at the end of the message. */
  next(end: number): number {
    if (this.position === end) return 0;
    const tag = this.varint();
    assert(this.position <= end && tag > 7 && tag < 2 ** 32 && tag % 8 < 6);
    return tag;
  }

  /** An unsigned varint; beyond 2⁵³ the nearest number, but never 0 by rounding. */
  varint(): number {
    const only = this.bytes[this.position] ?? 128;
    // Most have one byte.
    if (only < 128) {
      this.position++;
      return only;
    }
    let value = 0;
    let scale = 1;
    for (const last = this.position + 10; this.position < last; scale *= 128) {
      const byte = this.bytes[this.position++] ?? 0;
      value += (byte % 128) * scale;
      if (byte < 128) break;
      assert(this.position < last);
    }
    assert(this.position <= this.bytes.length);
    return value;
  }

  /** Reads a length and returns where the field ends. */
  fieldEnd(end: number): number {
    const length = this.varint();
    assert(length <= end - this.position);
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
    return textBetween(this.bytes, from, to);
  }

  /** Skips a field whose tag was just read: an unknown field, or a known one of another wire type. */
  skip(tag: number, end: number, depth = 0): void {
    const type = tag % 8;
    if (type === 0) this.varint();
    else if (type === 2) this.position = this.fieldEnd(end);
    else if (type === 3) {
      for (let inner = this.next(end); inner !== tag + 1; inner = this.next(end)) {
        assert(inner !== 0 && depth < maxGroupDepth);
        this.skip(inner, end, depth + 1);
      }
    } else {
      assert(type !== 4);
      this.position += type === 1 ? 8 : 4;
    }
    assert(this.position <= end);
  }
}

function over(limit: string, allowed: number): StateFunError {
  return new StateFunError("limit_exceeded", `more than ${limit} (${allowed})`);
}

function assert(isRight: boolean): void {
  if (!isRight) throw new RangeError("a field is truncated, overlong or invalid");
}

/** The same bytes as a Uint8Array and nothing more: parts of a Node Buffer would be Buffers. */
function plain(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/**
 * Runs a decoder on hostile bytes: whatever goes wrong in it is `malformed_request`. Without `limits` the
 * bytes are those of a single value, which has no parts to count.
 */
export function decodeAll<T>(
  bytes: Uint8Array,
  decode: (reader: WireReader, end: number) => T,
  limits?: DecodeLimits,
): T {
  if (!ArrayBuffer.isView(bytes)) {
    throw new StateFunError("invalid_argument", `expected a Uint8Array, got ${typeof bytes}`);
  }
  const maxBytes = limits === undefined ? bytes.length : (limits.maxBytes ?? defaultPayloadBytes);
  if (bytes.length > maxBytes) throw over("maxBytes", maxBytes);
  try {
    return decode(new WireReader(plain(bytes), limits ?? defaults), bytes.length);
  } catch (cause) {
    if (cause instanceof StateFunError) throw cause;
    const text = `no StateFun message: ${reasonOf(cause)}`;
    throw new StateFunError("malformed_request", text, { cause });
  }
}
