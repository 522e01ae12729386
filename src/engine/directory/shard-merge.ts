import { compareTexts } from "../../internal/text-order.ts";
import type { Journal } from "../commit/journal.ts";
import { silentMs } from "../contract/links.ts";
import { byKey, type Entry, type KeyedEntry, packedSize } from "./shard-blocks.ts";
import { blockKind, type ShardCells } from "./shard-cells.ts";

/** A block has at most so much, about 700 entries; one that is full becomes several of half of that. */
const blockBytes = 65_536;
/** Blocks that are written with one window. */
const blocksAtOnce = 8;

/** Writes entries into the blocks that they belong to, a few blocks in a window. Other windows may be written in between. */
export async function mergeInto(
  cells: ShardCells,
  journal: Journal,
  merged: ReadonlyMap<string, Entry>,
): Promise<void> {
  const left = [...merged].sort(byKey);
  let last = lastNumber(cells);
  let written = 0;
  for (let at = 0; at < left.length; ) {
    const place = cells.place(left[at]?.[0] ?? "");
    const end = cells.blocks[place + 1]?.first;
    const from = at;
    while (at < left.length && (end === undefined || compareTexts(String(left[at]?.[0]), end) < 0))
      at++;
    const block = cells.blocks[place];
    const before = block === undefined ? [] : cells.entriesOf(block);
    const all = together(before, left.slice(from, at), journal.now() - silentMs);
    cells.replace(place, groupsOf(all), () => `${blockKind}${++last}`);
    journal.touch();
    if (++written % blocksAtOnce === 0) await journal.flush();
  }
}

function lastNumber({ blocks }: ShardCells): number {
  return blocks.reduce((last, { name }) => Math.max(last, Number(name.split("-")[1])), 0);
}

/** Leaves out addresses that went so long ago that no older note of them can still arrive. */
function together(
  before: readonly KeyedEntry[],
  newer: readonly KeyedEntry[],
  forgottenBefore: number,
): KeyedEntry[] {
  const all = new Map([...before, ...newer]);
  const kept = [...all].filter(([, { isHere, time }]) => isHere || time >= forgottenBefore);
  return kept.sort(byKey);
}

function groupsOf(entries: readonly KeyedEntry[]): KeyedEntry[][] {
  let bytes = 0;
  for (const entry of entries) bytes += packedSize(entry);
  const most = bytes > blockBytes ? blockBytes / 2 : blockBytes;
  const groups: KeyedEntry[][] = [[]];
  let filled = 0;
  for (const entry of entries) {
    const size = packedSize(entry);
    if (filled > 0 && filled + size > most) {
      groups.push([]);
      filled = 0;
    }
    groups.at(-1)?.push(entry);
    filled += size;
  }
  return groups;
}
