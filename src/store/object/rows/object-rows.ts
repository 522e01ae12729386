import type { SqlDriver } from "../../drivers/sql-driver.ts";
import type { Schema } from "../../schema.ts";
import { duplicate } from "../object-errors.ts";
import { afterNumber, endOf } from "../object-keys.ts";
import type { StoredTables } from "../object-schema.ts";
import { ObjectAside } from "./object-aside.ts";
import type { ObjectRow, RowParts } from "./object-row.ts";
import { ObjectTable } from "./object-table.ts";
import { ObjectWrites } from "./object-writes.ts";
import { type HeadRow, headRow } from "./head-row.ts";
import { type HeadLimits, HeadStore } from "./head-store.ts";
import { compareKeys } from "./row-order.ts";
import { RowReads } from "./row-reads.ts";

/**
 * All rows: those that stand packed in the head, and those of the table. A row is in one of the two, and no other part knows
 * in which: this is the closed set of what can be done with rows. One that is written goes into the head if it is
 * small; if the table has it already it stays there, unless the head is at most a quarter full.
 */
export class ObjectRows extends RowReads {
  readonly driver: SqlDriver;
  readonly aside: ObjectAside;
  readonly #schema: Schema;
  readonly #writes: ObjectWrites;

  constructor(driver: SqlDriver, schema: Schema, tables: StoredTables, limits: HeadLimits) {
    const table = new ObjectTable(driver, tables);
    const writes = new ObjectWrites(driver, table);
    const store = new HeadStore(driver, schema, table, writes, limits);
    super(table, store);
    this.driver = driver;
    this.aside = new ObjectAside(driver, table, store);
    this.#schema = schema;
    this.#writes = writes;
  }

  /** All of what `body` does to rows or nothing, in one transaction. */
  transaction<T>(body: () => T): T {
    try {
      return this.driver.transaction(() => {
        const result = body();
        this.store.save();
        return result;
      });
    } catch (error) {
      this.table.forget();
      this.store.forget();
      throw error;
    }
  }

  /** Makes the table where there is none. */
  create(): void {
    if (this.table.tables.exists) return;
    this.#schema.create(this.driver);
    this.table.forgetTables();
  }

  /** The record of the progress, which the head is written with. Undefined before the first window. */
  get progress(): Uint8Array | undefined {
    return this.store.head.progress;
  }

  set progress(data: Uint8Array) {
    this.store.head.progress = data;
  }

  /** Makes the index of times, unless there is one. */
  growIndex(): void {
    if (!this.table.tables.isIndexed) this.#writes.growIndex();
  }

  /** Fails if it is there. */
  insert(kind: number, key: Uint8Array, parts: RowParts): void {
    const row = this.#packed(kind, key, parts);
    // The table refuses it by itself, if it is to stand there.
    const isThere =
      this.store.head.find(kind, key) !== undefined ||
      (row !== undefined && this.keys(kind, { key }).length > 0);
    if (isThere) throw duplicate(`a row of kind ${kind}`);
    if (row === undefined) this.#writes.insert(kind, key, parts);
    else this.store.head.put(row);
  }

  /** One of which it is known that it is not there. */
  add(kind: number, key: Uint8Array, parts: RowParts): void {
    const row = this.#packed(kind, key, parts);
    if (row === undefined) this.#writes.insert(kind, key, parts);
    else this.store.head.put(row);
  }

  /** Over what is there. */
  put(kind: number, key: Uint8Array, parts: RowParts): void {
    const { head } = this.store;
    const row = this.#packed(kind, key, parts);
    if (row === undefined) {
      head.drop(kind, key);
      this.#writes.put(kind, key, parts);
      return;
    }
    if (this.table.mayHave(kind) && head.find(kind, key) === undefined) {
      if (this.store.takesBack(row.bytes.length)) this.#writes.drop(kind, key);
      else if (this.#writes.update(kind, key, parts)) return;
    }
    head.put(row);
  }

  /** Gives a row another time, and another kind, which is one of those that share their keys. */
  renew(from: number, to: number, key: Uint8Array, at: number): void {
    const packed = this.store.head.drop(from, key);
    const small = packed === undefined ? this.#takenBack(from, key) : partsOf(packed);
    if (small !== undefined) this.add(to, key, { ...small, at });
    else if (this.table.mayHave(from)) this.#writes.renew(from, to, key, at);
  }

  /** Whether it was there. */
  drop(kind: number, key: Uint8Array): boolean {
    if (this.store.head.drop(kind, key) !== undefined) return true;
    return this.table.mayHave(kind) && this.#writes.drop(kind, key);
  }

  /** What was there, whole. */
  take(kind: number, key: Uint8Array): ObjectRow | undefined {
    const packed = this.store.head.drop(kind, key);
    if (packed !== undefined) return { key, ...partsOf(packed) };
    return this.table.mayHave(kind) ? this.#writes.take(kind, key) : undefined;
  }

  /** All whose key begins with `prefix` and a number up to this. */
  dropUpTo(kind: number, prefix: Uint8Array, number: number): void {
    const { head } = this.store;
    const last = afterNumber(prefix, number);
    for (const row of head.read(kind, { after: prefix })) {
      if (compareKeys(row.key, last) > 0) break;
      head.drop(kind, row.key);
    }
    if (this.table.mayHave(kind)) this.#writes.dropRange(kind, prefix, last);
  }

  /** Whether there is a row whose key begins with `prefix` and a number greater than this. */
  hasAfter(kind: number, prefix: Uint8Array, number: number): boolean {
    return this.#firstAfter(kind, prefix, number) !== undefined;
  }

  /** The first row whose key begins with `prefix` and a greater number has its own number after this, if it has one. */
  advance(kind: number, prefix: Uint8Array, number: number): void {
    const key = this.#firstAfter(kind, prefix, number);
    const packed = key && this.store.head.find(kind, key);
    if (packed === undefined) {
      if (key !== undefined) this.#writes.advance(kind, prefix, number);
    } else if (packed.number !== null && packed.number <= number) {
      this.put(kind, packed.key, { ...partsOf(packed), number: number + 1 });
    }
  }

  /** A small row of the table, if the head has room for it. */
  #takenBack(kind: number, key: Uint8Array): RowParts | undefined {
    const { rowBytes } = this.store;
    if (!this.table.mayHave(kind) || !this.store.takesBack(rowBytes)) return undefined;
    return this.#writes.takeSmall(kind, key, rowBytes - key.length);
  }

  #firstAfter(kind: number, prefix: Uint8Array, number: number): Uint8Array | undefined {
    const range = { after: afterNumber(prefix, number), before: endOf(prefix), limit: 1 };
    const [key] = this.keys(kind, range);
    return key instanceof Uint8Array ? key : undefined;
  }

  /** The row as it is to stand in the head; undefined if it is to have a row of its own. */
  #packed(kind: number, key: Uint8Array, parts: RowParts): HeadRow | undefined {
    const isSmall = this.store.takes(kind, key.length + parts.data.length);
    return isSmall ? headRow(kind, key, parts) : undefined;
  }
}

function partsOf({ at, number, data }: HeadRow): RowParts {
  return { at: at ?? undefined, number: number ?? undefined, data };
}
