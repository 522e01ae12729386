import { isRecord } from "../../internal/assert.ts";
import { bytesFromText, noBytes, textFromBytes } from "../../internal/bytes.ts";
import { compareTexts } from "../../internal/text-order.ts";
import { isCount, isText } from "../../model/guards.ts";
import type { WireValue } from "../../model/invocation.ts";
import { directoryTypename } from "../routing/system-addresses.ts";

/** What a part of the directory knows of an address. One that is gone is remembered for a time. */
export interface Entry {
  readonly isHere: boolean;
  readonly time: number;
  readonly number: number;
}

export type KeyedEntry = readonly [key: string, entry: Entry];

/** Entries packed in one value: a key, a time and a number of each, the number below 0 of one that is gone. */
export function packed(entries: readonly KeyedEntry[]): WireValue {
  const flat = entries.flatMap(([key, { isHere, time, number }]) => [
    key,
    time,
    isHere ? number : -1 - number,
  ]);
  return valueFrom(flat);
}

/** About what an entry takes in it, in bytes at least as many. */
export function packedSize([key]: KeyedEntry): number {
  return 3 * key.length + 36;
}

/** What cannot be read is left out: the next note of an address puts it right. */
export function unpacked(value: WireValue | undefined): KeyedEntry[] {
  const flat = readValue(value);
  if (!Array.isArray(flat)) return [];
  const entries: KeyedEntry[] = [];
  for (let at = 0; at + 2 < flat.length; at += 3) {
    const [key, time, number]: unknown[] = flat.slice(at, at + 3);
    if (!isText(key) || !isCount(time) || !Number.isSafeInteger(number)) continue;
    const signed = Number(number);
    const isHere = signed >= 0;
    entries.push([key, { isHere, time, number: isHere ? signed : -1 - signed }]);
  }
  return entries;
}

/** A block of sorted entries, which has those from `first` on, up to the next block. */
export interface Block {
  readonly name: string;
  readonly cell: number;
  readonly first: string;
}

export function indexValue(blocks: readonly Block[]): WireValue {
  return valueFrom(blocks);
}

export function blocksOf(value: WireValue | undefined): Block[] {
  const blocks = readValue(value);
  if (!Array.isArray(blocks)) return [];
  return blocks.filter((block): block is Block => {
    if (!isRecord(block)) return false;
    return isText(block["name"]) && isCount(block["cell"]) && isText(block["first"]);
  });
}

function valueFrom(content: unknown): WireValue {
  const bytes = bytesFromText(JSON.stringify(content));
  return { typename: directoryTypename, bytes, headers: [] };
}

function readValue(value: WireValue | undefined): unknown {
  try {
    return JSON.parse(textFromBytes(value?.bytes ?? noBytes));
  } catch {
    return undefined;
  }
}

/** In the order of pages. */
export function byKey([left]: KeyedEntry, [right]: KeyedEntry): number {
  return compareTexts(left, right);
}
