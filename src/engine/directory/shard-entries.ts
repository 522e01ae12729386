import { compareTexts } from "../../internal/text-order.ts";
import { isCount } from "../../model/guards.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { Journal } from "../commit/journal.ts";
import {
  type DirectoryNote,
  type DirectoryPage,
  type DirectoryWant,
  isLater,
} from "../contract/directory.ts";
import type { Store } from "../contract/store.ts";
import { byKey, type Entry, type KeyedEntry, packedSize, unpacked } from "./shard-blocks.ts";
import { ShardCells } from "./shard-cells.ts";
import { mergeInto } from "./shard-merge.ts";

/** Of the newest entries: they lie in small rows, which stand in the head of an object, where they cost no row of their own. */
const chunkBytes = 1_800;
/** So many of those, together, before they become one row. */
const newestBytes = 12_000;
/** Such rows, before they are merged into the blocks. */
const maxSegments = 16;
/** A page looks through so many blocks at most. */
const maxBlocks = 16;
const maxPageBytes = 524_288;

/**
 * One part of the directory: entries by key, `namespace/name/id`. The newest lie as they came, packed in a few small states of its
 * own; then about 150 are one row, and of 16 such rows sorted blocks are made. So an entry costs the row of its window, if nothing
 * shares that with it, and a hundredth of a row later.
 */
export class ShardEntries {
  readonly #journal: Journal;
  readonly #cells: ShardCells;
  /** What is in no block yet, or is newer than there. */
  readonly #fresh = new Map<string, Entry>();
  /** Names of the small states, and of the rows that were made of them. */
  #chunks: { readonly name: string; readonly entries: KeyedEntry[]; bytes: number }[] = [];
  #segments: string[] = [];
  #last = 0;
  #isMerging = false;

  constructor(
    store: Store,
    journal: Journal,
    address: WireAddress,
    report: (error: unknown) => void,
  ) {
    this.#journal = journal;
    this.#cells = new ShardCells(store, journal, address, report);
    const names = store.stateNames(address).filter((name) => isCount(numberOf(name)));
    for (const name of names) this.#last = Math.max(this.#last, numberOf(name));
    const ordered = (kind: string): string[] =>
      names.filter((name) => name.startsWith(kind)).sort((a, b) => numberOf(a) - numberOf(b));
    this.#segments = ordered("segment-");
    for (const name of this.#segments) this.#restore(unpacked(this.#cells.read(name)));
    for (const name of ordered("chunk-")) {
      const entries = unpacked(this.#cells.read(name));
      const bytes = entries.reduce((sum, entry) => sum + packedSize(entry), 0);
      this.#chunks.push({ name, entries, bytes });
      this.#restore(entries);
    }
  }

  /** Takes what is new of them, in the open window. */
  take(notes: readonly DirectoryNote[]): void {
    let isNew = false;
    for (const { address, ...entry } of notes) {
      const key = `${address.typename}/${address.id}`;
      const known = this.find(key);
      if (known !== undefined && !isLater(entry, known)) continue;
      if (known?.isHere === entry.isHere || (known === undefined && !entry.isHere)) {
        // It is as it was. That it was said later is not worth a window.
        if (this.#fresh.has(key)) this.#fresh.set(key, entry);
        continue;
      }
      this.#add([key, entry]);
      isNew = true;
    }
    if (!isNew) return;
    this.#tidy();
    this.#journal.touch();
  }

  find(key: string): Entry | undefined {
    return this.#fresh.get(key) ?? this.#cells.find(key);
  }

  /** Ids in order. There may be fewer than asked for where many are gone, or long. */
  page({ typename, prefix, after, limit }: DirectoryWant): DirectoryPage {
    const base = `${typename}/`;
    const from = base + prefix;
    const isIn = (key: string): boolean =>
      key.startsWith(from) && (after === undefined || compareTexts(key, base + after) > 0);
    const fresh = [...this.#fresh].filter(([key]) => isIn(key)).sort(byKey);
    const start = after === undefined || compareTexts(base + after, from) < 0 ? from : base + after;
    const ids: string[] = [];
    let [bytes, looked, read] = [0, 0, 0];
    let last: string | undefined;
    for (const { entries, end } of this.#cells.from(start, from)) {
      const found = entries.filter(([key]) => isIn(key) && !this.#fresh.has(key));
      for (; looked < fresh.length; looked++) {
        const next = fresh[looked];
        if (next === undefined || (end !== undefined && compareTexts(next[0], end) >= 0)) break;
        found.push(next);
      }
      for (const entry of found.sort(byKey)) {
        const [key, { isHere }] = entry;
        last = key.slice(base.length);
        if (!isHere) continue;
        ids.push(last);
        bytes += packedSize(entry);
        if (ids.length === limit || bytes > maxPageBytes) return { ids, next: last };
      }
      if (++read >= maxBlocks && end !== undefined && last !== undefined)
        return { ids, next: last };
    }
    return { ids, next: undefined };
  }

  #restore(entries: readonly KeyedEntry[]): void {
    for (const [key, entry] of entries) {
      const known = this.#fresh.get(key);
      if (known === undefined || isLater(entry, known)) this.#fresh.set(key, entry);
    }
  }

  #add(entry: KeyedEntry): void {
    const [key, value] = entry;
    this.#fresh.set(key, value);
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.bytes + packedSize(entry) > chunkBytes) {
      chunk = { name: `chunk-${++this.#last}`, entries: [], bytes: 0 };
      this.#chunks.push(chunk);
    }
    chunk.entries.push(entry);
    chunk.bytes += packedSize(entry);
    this.#cells.pack(chunk.name, chunk.entries);
  }

  #tidy(): void {
    const bytes = this.#chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
    if (bytes < newestBytes) return;
    const name = `segment-${++this.#last}`;
    this.#cells.pack(
      name,
      this.#chunks.flatMap(({ entries }) => entries),
    );
    for (const chunk of this.#chunks) this.#cells.remove(chunk.name);
    this.#chunks = [];
    this.#segments.push(name);
    if (this.#segments.length >= maxSegments && !this.#isMerging) void this.#merge();
  }

  /** In windows of a few blocks each. It can end anywhere: what is in a block and in a segment is the same. */
  async #merge(): Promise<void> {
    this.#isMerging = true;
    const segments = this.#segments;
    try {
      const names = new Set(segments);
      const merged = new Map<string, Entry>();
      for (const name of names) {
        for (const [key] of unpacked(this.#cells.read(name))) {
          const entry = this.#fresh.get(key);
          if (entry !== undefined) merged.set(key, entry);
        }
      }
      await mergeInto(this.#cells, this.#journal, merged);
      for (const name of names) this.#cells.remove(name);
      this.#segments = this.#segments.filter((name) => !names.has(name));
      this.#journal.touch();
      await this.#journal.flush();
      const kept = new Set(this.#chunks.flatMap(({ entries }) => entries.map(([key]) => key)));
      for (const name of this.#segments) {
        for (const [key] of unpacked(this.#cells.read(name))) kept.add(key);
      }
      for (const key of merged.keys()) if (!kept.has(key)) this.#fresh.delete(key);
    } catch (error) {
      // A store that fails stops the engine; one that has stopped merges nothing.
      if (!this.#journal.isStopped) {
        this.#journal.guard(() => {
          throw error;
        });
      }
    } finally {
      this.#isMerging = false;
    }
  }
}

/** NaN for the index, which has none. */
function numberOf(name: string): number {
  return Number(name.split("-")[1]);
}
