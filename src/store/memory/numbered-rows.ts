import { SortedList } from "../../internal/sorted-list.ts";

export interface Numbered {
  readonly number: number;
}

/** Rows by a number of their own, read in its order. */
export class NumberedRows<T extends Numbered> {
  readonly #rows = new Map<number, T>();
  readonly #order = new SortedList<T>((left, right) => left.number - right.number);

  get size(): number {
    return this.#rows.size;
  }

  has(number: number): boolean {
    return this.#rows.has(number);
  }

  get(number: number): T | undefined {
    return this.#rows.get(number);
  }

  /** One that is not there yet. */
  add(row: T): void {
    this.#rows.set(row.number, row);
    this.#order.add(row);
  }

  delete(number: number): T | undefined {
    const row = this.#rows.get(number);
    if (row === undefined) return undefined;
    this.#rows.delete(number);
    this.#order.delete(row);
    return row;
  }

  /** In no order that means something. */
  all(): T[] {
    return [...this.#rows.values()];
  }

  page(after: number, limit: number): T[] {
    return this.#order.page((row) => row.number > after, limit);
  }
}

/** Rows in groups, each in order of number. A group without rows is not there. */
export class GroupedRows<T extends Numbered> {
  readonly #groups = new Map<string, NumberedRows<T>>();

  /** By their names. */
  get all(): ReadonlyMap<string, unknown> {
    return this.#groups;
  }

  names(): string[] {
    return [...this.#groups.keys()];
  }

  sizeOf(group: string): number {
    return this.#groups.get(group)?.size ?? 0;
  }

  get(group: string, number: number): T | undefined {
    return this.#groups.get(group)?.get(number);
  }

  add(group: string, row: T): void {
    const rows = this.#groups.get(group) ?? new NumberedRows<T>();
    if (rows.size === 0) this.#groups.set(group, rows);
    rows.add(row);
  }

  delete(group: string, number: number): void {
    const rows = this.#groups.get(group);
    rows?.delete(number);
    if (rows?.size === 0) this.#groups.delete(group);
  }

  /** Of all groups, in no order that means something. */
  rows(): T[] {
    return [...this.#groups.values()].flatMap((rows) => rows.all());
  }

  page(group: string, after: number, limit: number): T[] {
    return this.#groups.get(group)?.page(after, limit) ?? [];
  }
}
