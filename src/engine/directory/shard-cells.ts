import { peek } from "../../internal/show.ts";
import { compareTexts } from "../../internal/text-order.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";
import type { Journal } from "../commit/journal.ts";
import type { StoredCell } from "../contract/records.ts";
import type { Store } from "../contract/store.ts";
import {
  type Block,
  blocksOf,
  type Entry,
  indexValue,
  type KeyedEntry,
  packed,
  unpacked,
} from "./shard-blocks.ts";

/** Blocks that are in memory as they were read. */
const maxCached = 8;
const indexName = "index";
export const blockKind = "block-";

/** The states of a part of the directory: values under names, and which of them are the sorted blocks. */
export class ShardCells {
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #address: WireAddress;
  /** Names the rows for good. */
  readonly #numbers = new Map<string, number>();
  /** In order of their first keys; the first one has all that is before the second. */
  #blocks: Block[];
  readonly #cached = new Map<string, readonly KeyedEntry[]>();
  readonly #report: (error: unknown) => void;
  /** Names of rows that cannot be read. */
  readonly #damaged = new Set<string>();

  /** `report` hears of each row that cannot be read. */
  constructor(
    store: Store,
    journal: Journal,
    address: WireAddress,
    report: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#journal = journal;
    this.#address = address;
    this.#report = report;
    const index = this.read(indexName);
    this.#blocks = this.#damaged.has(indexName) ? this.#foundBlocks() : blocksOf(index);
    for (const { name, cell } of this.#blocks) this.#numbers.set(name, cell);
  }

  /** Without an index: each block has its entries in order, and no two have any in between each other. */
  #foundBlocks(): Block[] {
    const blocks: Block[] = [];
    for (const name of this.#store.stateNames(this.#address)) {
      if (!name.startsWith(blockKind)) continue;
      const first = unpacked(this.read(name))[0]?.[0];
      const cell = this.#numbers.get(name);
      if (first !== undefined && cell !== undefined) blocks.push({ name, cell, first });
    }
    return blocks.sort((left, right) => (left.first < right.first ? -1 : 1));
  }

  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  /** As of now: the open window has what the store does not have yet. */
  read(name: string): WireValue | undefined {
    const number = this.#numbers.get(name);
    if (number !== undefined) {
      for (const { own } of this.#journal.overlays.toReversed()) {
        const write = own.get(number);
        if (write !== undefined) return write.value;
      }
    }
    const stored = this.#stored(name);
    if (stored !== undefined) this.#numbers.set(name, stored.cell);
    return stored?.value;
  }

  /** One row that cannot be read must not stop the others: its addresses are listed again when they say that they are there. */
  #stored(name: string): StoredCell | undefined {
    if (this.#damaged.has(name)) return undefined;
    try {
      return this.#store.state(this.#address, name);
    } catch (error) {
      if (peek(error, "code") !== "state_undecodable") throw error;
      this.#damaged.add(name);
      this.#report(error);
      return undefined;
    }
  }

  pack(name: string, entries: readonly KeyedEntry[]): void {
    this.#write(name, packed(entries));
  }

  remove(name: string): void {
    this.#write(name, undefined);
    this.#numbers.delete(name);
    this.#cached.delete(name);
  }

  entriesOf({ name }: Block): readonly KeyedEntry[] {
    const known = this.#cached.get(name);
    if (known !== undefined) return known;
    const entries = unpacked(this.read(name));
    const [oldest] = this.#cached.keys();
    if (oldest !== undefined && this.#cached.size >= maxCached) this.#cached.delete(oldest);
    this.#cached.set(name, entries);
    return entries;
  }

  /** What a block has of this key. */
  find(key: string): Entry | undefined {
    const block = this.#blocks[this.place(key)];
    if (block === undefined) return undefined;
    const entries = this.entriesOf(block);
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareTexts(String(entries[middle]?.[0]), key) < 0) low = middle + 1;
      else high = middle;
    }
    const found = entries[low];
    return found?.[0] === key ? found[1] : undefined;
  }

  /** Which block has this key, or would have it. */
  place(key: string): number {
    let [low, high] = [0, this.#blocks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareTexts(String(this.#blocks[middle]?.first), key) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(low - 1, 0);
  }

  /** Entries from this key on, block by block, up to those behind the prefix. `end`: the first key of the next block. */
  *from(
    start: string,
    prefix: string,
  ): Generator<{ readonly entries: readonly KeyedEntry[]; readonly end: string | undefined }> {
    for (let place = this.place(start); ; place++) {
      const block = this.#blocks[place];
      const next = this.#blocks[place + 1]?.first;
      const isLast =
        next === undefined || (compareTexts(next, prefix) > 0 && !next.startsWith(prefix));
      const entries = block === undefined ? [] : this.entriesOf(block);
      yield { entries, end: isLast ? undefined : next };
      if (isLast) return;
    }
  }

  /** Puts these blocks in the place of one, each with its entries. The first one keeps its name. */
  replace(place: number, groups: readonly (readonly KeyedEntry[])[], name: () => string): void {
    const old = this.#blocks[place];
    const blocks = groups.map((entries, index): Block => {
      const known = index === 0 ? old : undefined;
      const own = known?.name ?? name();
      this.#write(own, packed(entries));
      this.#cached.delete(own);
      const cell = this.#numbers.get(own) ?? 0;
      return { name: own, cell, first: known?.first ?? entries[0]?.[0] ?? "" };
    });
    const isSame = blocks.length === 1 && old !== undefined && blocks[0]?.cell === old.cell;
    if (isSame) return;
    this.#blocks = this.#blocks.toSpliced(place, 1, ...blocks);
    this.#write(indexName, indexValue(this.#blocks));
  }

  #write(name: string, value: WireValue | undefined): void {
    const address = this.#address;
    const { own } = this.#journal.window;
    let known = this.#numbers.get(name) ?? this.#store.cellOf(address, name);
    const gone = { address, name, value: undefined, expiresAt: undefined };
    if (known !== undefined && this.#damaged.delete(name)) {
      own.set(known, { cell: known, ...gone });
      // Under another number: half of what the old one had may be missing.
      known = undefined;
      if (value === undefined) return;
    }
    if (known === undefined && value === undefined) return;
    const cell = known ?? this.#journal.nextCell();
    this.#numbers.set(name, cell);
    own.set(cell, { cell, ...gone, value });
  }
}
