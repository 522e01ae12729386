import { type SpanContext, TraceFlags } from "@opentelemetry/api";

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** What a `traceparent` of any version says. Ids of zeros are for the caller to refuse. */
export function parentOfText(text: string): SpanContext | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, version, traceId = "", spanId = "", flags = "", rest] = match;
  if (version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  return { traceId, spanId, traceFlags: sampled(Number.parseInt(flags, 16)), isRemote: true };
}

const zero = 0x30;
const hyphen = 0x2d;

/**
 * The same of the bytes that everybody writes, version 00 and nothing beside it, which are read without a decoder: it is slower than
 * all the rest, and gives bytes in the heap of V8 a buffer outside of it. Undefined for all others, which may be right as well.
 */
export function parentOfBytes(bytes: Uint8Array): SpanContext | undefined {
  if (bytes.length !== 55 || bytes[0] !== zero || bytes[1] !== zero) return undefined;
  if (bytes[2] !== hyphen || bytes[35] !== hyphen || bytes[52] !== hyphen) return undefined;
  if (!areDigits(bytes, 3, 35) || !areDigits(bytes, 36, 52) || !areDigits(bytes, 53, 55)) {
    return undefined;
  }
  const traceId = sixteen(bytes, 3) + sixteen(bytes, 19);
  const spanId = sixteen(bytes, 36);
  const last = bytes[54] ?? 0;
  // Of a digit and of a letter: 'a' is 0x61, and is odd as a code where it is even as a number.
  const flags = last < 0x3a ? last : last + 1;
  return { traceId, spanId, traceFlags: sampled(flags), isRemote: true };
}

function sampled(flags: number): number {
  return flags & TraceFlags.SAMPLED;
}

/** Of small letters, as the standard wants them. */
function areDigits(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x30 || byte > 0x66 || (byte > 0x39 && byte < 0x61)) return false;
  }
  return true;
}

/**
 * Of a list of arguments a text is made at once; a spread, or one after the other, is slower. A text of several parts is a tree of them, which
 * an SDK keeps until it exports: few parts are better.
 */
function sixteen(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(
    Number(bytes[at]),
    Number(bytes[at + 1]),
    Number(bytes[at + 2]),
    Number(bytes[at + 3]),
    Number(bytes[at + 4]),
    Number(bytes[at + 5]),
    Number(bytes[at + 6]),
    Number(bytes[at + 7]),
    Number(bytes[at + 8]),
    Number(bytes[at + 9]),
    Number(bytes[at + 10]),
    Number(bytes[at + 11]),
    Number(bytes[at + 12]),
    Number(bytes[at + 13]),
    Number(bytes[at + 14]),
    Number(bytes[at + 15]),
  );
}
