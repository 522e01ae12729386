import type { WireHeader } from "./invocation.ts";

const parent = "traceparent";
const state = "tracestate";
/** Of a dead letter: the context of the span in which its last attempt has failed, to which its replay is linked. */
export const failedTraceHeader = "statefun-failed";

/**
 * Headers with those that an observer adds. `given`: a handler gave them, so that none of them is replaced. Otherwise a message
 * came with them and is sent on: its trace goes on from here. The two headers of the context of a trace stay together. The same list
 * where nothing is added.
 */
export function stampedHeaders(
  headers: readonly WireHeader[],
  given: boolean,
  added: Readonly<Record<string, string>> | undefined,
): readonly WireHeader[] {
  // Most messages have none of their own.
  if (headers.length === 0) {
    if (added === undefined) return headers;
    const keys = Object.keys(added);
    const [first] = keys;
    if (first === undefined) return headers;
    // Mostly it is the one of a trace.
    if (keys.length === 1) return [headerOf(first, added[first] ?? "")];
    return keys.map((key) => headerOf(key, added[key] ?? ""));
  }
  const isThere = (name: string) => headers.some(({ key }) => key === name);
  const isTaken = (name: string) => isThere(name) || (name === state && isThere(parent));
  const names = Object.keys(added ?? {}).filter((name) => !given || !isTaken(name));
  const isReplaced = ({ key }: WireHeader) => {
    // What is sent on has not failed itself.
    if (key === failedTraceHeader) return true;
    return !given && (names.includes(key) || (key === state && names.includes(parent)));
  };
  if (names.length === 0 && !headers.some(isReplaced)) return headers;
  return [
    ...headers.filter((header) => !isReplaced(header)),
    ...names.map((key) => headerOf(key, added?.[key] ?? "")),
  ];
}

/** Up to here V8 keeps bytes in its heap. An encoder gives each text a buffer outside of it, which the collector has to free. */
const shortText = 64;

/** Without the core's own functions: what it shared with them would be a chunk of its own, for everybody. */
function headerOf(key: string, text: string): WireHeader {
  return { key, value: asciiBytes(text) ?? new TextEncoder().encode(text) };
}

/** Undefined for what is long, or has more than ASCII in it. */
function asciiBytes(text: string): Uint8Array | undefined {
  const { length } = text;
  if (length > shortText) return undefined;
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) return undefined;
    bytes[at] = unit;
  }
  return bytes;
}
