import { bytesFromText, joined, noBytes, sameBytes, textFromBytes } from "../../internal/bytes.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { sha256 } from "./key-digest.ts";
import { damaged } from "./object-errors.ts";

/** A longer name stands in a key as its digest: a row has to fit in 2 MB, and keys are compared at every step. */
const maxNameBytes = 256;
/** What a digest has in place of a length. No part of a key begins with 0xff. */
const digestMark = 0xfe00;
/** Enough for every safe integer. */
const numberBytes = 7;

/**
 * The key of a row: its texts, each after its length in two bytes, and its numbers, most significant byte first. So the
 * rows with the same texts stand together, in order of their numbers, and no key is the beginning of another one of its kind.
 */
export function keyOf(...parts: readonly (string | number)[]): Uint8Array {
  const pieces = parts.map((part) =>
    typeof part === "number" ? bytesOfNumber(part) : bytesOfName(part),
  );
  return joined(pieces);
}

/** Greater than every key that begins so, and less than every other one that is greater than those. */
export function endOf(prefix: Uint8Array): Uint8Array {
  return joined([prefix, Uint8Array.of(0xff)]);
}

/** Of the keys with this prefix exactly those with a greater number come after this. */
export function afterNumber(prefix: Uint8Array, number: number): Uint8Array {
  if (number >= 0) return joined([prefix, bytesOfNumber(number)]);
  // No key is as short as that, and to some drivers empty bytes are none.
  return prefix.length > 0 ? prefix : Uint8Array.of(0);
}

export function numberOfKey(key: Uint8Array): number {
  let number = 0;
  for (const byte of key.subarray(-numberBytes)) number = number * 256 + byte;
  return number;
}

/** The same, behind exactly this. Throws for a key that was not made so. */
export function numberBehind(prefix: Uint8Array, key: Uint8Array): number {
  const number = numberOfKey(key);
  assertNumber(number);
  const isWhole = key.length === prefix.length + numberBytes;
  if (!isWhole || !sameBytes(key.subarray(0, prefix.length), prefix)) throw damaged("key", key);
  return number;
}

/** What comes before the number at the end of a key. */
export function prefixOf(key: Uint8Array): Uint8Array {
  return key.subarray(0, Math.max(0, key.length - numberBytes));
}

/**
 * A number that stands for a text in a column: equal for equal texts, and nearly always different for others.
 * Whoever looks for it compares the texts as well.
 */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of bytesFromText(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Refuses what cannot be stored exactly. */
export function assertNumber(value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw damaged("number", value);
}

export function assertString(value: string): void {
  if (typeof value !== "string") throw damaged("text", value);
}

function bytesOfNumber(number: number): Uint8Array {
  assertNumber(number);
  const bytes = new Uint8Array(numberBytes);
  let rest = number;
  for (let at = numberBytes - 1; at >= 0; at -= 1) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

function bytesOfName(name: string): Uint8Array {
  assertString(name);
  const bytes = name === "" ? noBytes : bytesFromText(name);
  const isLong = bytes.length > maxNameBytes;
  const length = isLong ? digestMark : bytes.length;
  return joined([Uint8Array.of(length >> 8, length & 0xff), isLong ? sha256(name) : bytes]);
}

/** What a key begins with. Undefined where a digest stands for a part of it. */
export function addressIn(key: Uint8Array): WireAddress | undefined {
  const typename = textAt(key, 0);
  const id = textAt(key, endOfText(key, 0));
  return typename === undefined || id === undefined ? undefined : { typename, id };
}

function lengthAt(key: Uint8Array, from: number): number {
  return ((key[from] ?? 0) << 8) | (key[from + 1] ?? 0);
}

export function endOfText(key: Uint8Array, from: number): number {
  const length = lengthAt(key, from);
  return from + 2 + (length === digestMark ? 32 : length);
}

/** Undefined where a digest stands for it. */
export function textAt(key: Uint8Array, from: number): string | undefined {
  if (lengthAt(key, from) === digestMark) return undefined;
  return textFromBytes(key.subarray(from + 2, endOfText(key, from)));
}
