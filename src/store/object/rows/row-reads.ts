import type { SqlValue } from "../../drivers/sql-driver.ts";
import { damaged } from "../object-errors.ts";
import type { ObjectRow, RowRange, StoredRow } from "./object-row.ts";
import type { ObjectTable } from "./object-table.ts";
import type { HeadStore } from "./head-store.ts";
import { merged } from "./row-order.ts";

/** Reads rows, those that stand packed in the head and those of the table, as if they were in one place. */
export class RowReads {
  protected readonly table: ObjectTable;
  protected readonly store: HeadStore;

  constructor(table: ObjectTable, store: HeadStore) {
    this.table = table;
    this.store = store;
  }

  /** Whether there is any row of these kinds. */
  has(from: number, to: number): boolean {
    return this.store.head.has(from, to) || this.table.has(from, to);
  }

  /** Rows as they are stored, of which `whole` makes rows that can be used. */
  read(kind: number, range: RowRange): readonly StoredRow[] {
    const packed = this.store.head.read(kind, range);
    const isAll = !this.table.mayHave(kind) || (range.key !== undefined && packed.length > 0);
    return isAll ? packed : merged(packed, this.table.read(kind, range), range);
  }

  /** With all its pieces. Throws where it is damaged. */
  whole(kind: number, row: StoredRow): ObjectRow {
    return this.table.whole(kind, row);
  }

  find(kind: number, key: Uint8Array): ObjectRow | undefined {
    return this.first(kind, { key });
  }

  first(kind: number, range: RowRange): ObjectRow | undefined {
    const [row] = this.read(kind, { ...range, limit: 1 });
    return row && this.whole(kind, row);
  }

  /** The keys alone. */
  keys(kind: number, range: RowRange): readonly SqlValue[] {
    const packed = this.store.head.read(kind, range);
    const others = this.table.mayHave(kind) ? this.table.readKeys(kind, range) : [];
    return merged(packed, others, range).map(({ key }) => key);
  }

  /** How many there are. */
  count(kind: number, range: RowRange = {}): number {
    const packed = this.store.head.read(kind, range).length;
    return this.table.mayHave(kind) ? packed + this.table.count(kind, range) : packed;
  }

  /** Under which of two kinds there is a row with this key, and the number that it always has. */
  under(
    kinds: readonly [number, number],
    key: Uint8Array,
  ): { readonly kind: number; readonly number: number } | undefined {
    for (const kind of kinds) {
      const packed = this.store.head.find(kind, key);
      if (packed === undefined) continue;
      if (packed.number === null) throw damaged("number", null);
      return { kind, number: packed.number };
    }
    return this.#mayHaveAny(kinds) ? this.table.under(kinds, key) : undefined;
  }

  /** The key of a row with this number, of one of two kinds. Looks through all of them. */
  keyOfNumber(kinds: readonly [number, number], number: number): Uint8Array | undefined {
    for (const kind of kinds) {
      const [packed] = this.store.head.read(kind, { number, limit: 1 });
      if (packed !== undefined) return packed.key;
    }
    return this.#mayHaveAny(kinds) ? this.table.keyOfNumber(kinds, number) : undefined;
  }

  /** The first or the last time of a kind, and of how many rows of the table it was, if they were counted. */
  time(kind: number, which: "min" | "max"): { readonly at: number | undefined; count: number } {
    const times = this.store.head.read(kind, {}).flatMap(({ at }) => (at === null ? [] : [at]));
    const { at, count } = this.table.mayHave(kind)
      ? this.table.time(kind, which)
      : { at: undefined, count: 0 };
    if (at !== undefined) times.push(at);
    return { at: times.length === 0 ? undefined : Math[which](...times), count };
  }

  #mayHaveAny(kinds: readonly number[]): boolean {
    return kinds.some((kind) => this.table.mayHave(kind));
  }
}
