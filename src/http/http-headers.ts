import { invalid } from "../internal/assert.ts";
import { bytesFromText } from "../internal/bytes.ts";
import { show } from "../internal/show.ts";
import type { WireHeader } from "../model/invocation.ts";
import type { HeaderReader } from "./request-head.ts";

/** The typename of the message in the body. */
export const typeHeader = "statefun-type";
/** Delivers a message later, by this number of milliseconds. */
export const delayHeader = "statefun-delay-ms";
export const idempotencyHeader = "idempotency-key";

const prefix = "statefun-header-";
/** Headers of HTTP that are those of the message as well. */
const shared: readonly string[] = ["traceparent", "tracestate"];

/**
 * Headers of a message out of those of a request. HTTP ignores case in a name, so a
 * letter that is not lower case travels as `%` and two digits; a value is its bytes.
 */
export function messageHeaders(headers: HeaderReader): WireHeader[] {
  // Most requests have none.
  const hasOwn = headers.mayBegin?.(prefix) !== false;
  if (!hasOwn && !shared.some((name) => headers.has(name))) return [];
  const found: WireHeader[] = [];
  for (const [name, value] of headers) {
    if (name.startsWith(prefix) && name.length > prefix.length) {
      found.push({ key: decodedName(name.slice(prefix.length)), value: bytesOf(value) });
    } else if (shared.includes(name) && !headers.has(prefix + name)) {
      found.push({ key: name, value: bytesOf(value) });
    }
  }
  return found;
}

/** Throws `invalid_argument` for what HTTP cannot carry: null values, two of one name, control characters. */
export function setMessageHeaders(headers: Headers, list: readonly WireHeader[]): void {
  for (const { key, value } of list) {
    const name = shared.includes(key) ? key : prefix + encodedName(key);
    const what = `header ${show(key)} cannot be sent over HTTP:`;
    if (value === undefined) throw invalid(`${what} its value is null`);
    if (key === "") throw invalid(`${what} its name is empty`);
    if (headers.has(name)) throw invalid(`${what} there are two headers of that name`);
    headers.set(name, headerText(value, what));
  }
}

/** One header as HTTP has it; undefined for what it cannot carry. */
export function httpHeaderOf(
  key: string,
  value: Uint8Array | null,
): { readonly name: string; readonly value: string } | undefined {
  if (value === null || key === "") return undefined;
  try {
    const name = shared.includes(key) ? key : prefix + encodedName(key);
    return { name, value: headerText(value, "") };
  } catch {
    return undefined;
  }
}

/** A typename as the value of its header. */
export function typeHeaderOf(typename: string): string {
  // Nearly all are.
  if (/^[!-~]+$/.test(typename)) return typename;
  return headerTextOf(typename, `typename ${show(typename)} cannot be sent over HTTP:`);
}

/** Text as a value of an HTTP header: its UTF-8 bytes. */
export function headerTextOf(text: string, what: string): string {
  return headerText(bytesFromText(text), what);
}

/** The text of a value that was written by `headerTextOf`, or typed by hand. */
export function textOfHeader(value: string): string {
  try {
    return new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }).decode(bytesOf(value));
  } catch {
    // As JavaScript itself sends a letter like é: a byte for a character.
    return value;
  }
}

function headerText(bytes: Uint8Array, what: string): string {
  // A tab is the one control character that a value may have.
  const isControl = (byte: number): boolean => (byte < 0x20 && byte !== 0x09) || byte === 0x7f;
  const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09;
  if (bytes.some(isControl) || isBlank(bytes[0]) || isBlank(bytes.at(-1))) {
    throw invalid(`${what} it has control characters, or starts or ends with a blank`);
  }
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** A value is a string of bytes; a platform that has read it as UTF-8 shows by a larger character. */
function bytesOf(value: string): Uint8Array {
  if (/[^\0-\xff]/.test(value)) return bytesFromText(value);
  return Uint8Array.from(value, (character) => character.charCodeAt(0));
}

function encodedName(name: string): string {
  return [...bytesFromText(name)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      if (/[a-z0-9!#$&'*+.^_`|~-]/.test(character)) return character;
      return `%${byte.toString(16).padStart(2, "0")}`;
    })
    .join("");
}

function decodedName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw invalid(`the header ${prefix}${name} must be percent-encoded UTF-8`);
  }
}
