import type { IdsPage, StateSizes, TextsWant } from "../../engine/contract/address-reads.ts";
import type { StoredCell } from "../../engine/contract/records.ts";
import type { CellWrite, CommitWindow } from "../../engine/contract/store.ts";
import { ListedTexts } from "../../internal/listed-texts.ts";
import { show } from "../../internal/show.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { valueBytes } from "../../model/message-bytes.ts";
import type { ListedInstance, ListedState } from "../snapshot/listed-snapshot.ts";
import { AddressMap } from "./address-map.ts";
import { copyOfValue } from "./copies.ts";
import { type Expiring, ExpiryQueue } from "./expiry-queue.ts";
import { assertDistinct, duplicate } from "./memory-checks.ts";

interface CellRow extends Expiring, ListedState {
  value: WireValue;
  expiresAt: number | undefined;
}

export class MemoryCells {
  readonly #rows = new Map<number, CellRow>();
  readonly #byAddress = new AddressMap<Map<string, CellRow>>();
  /** The ids of functions that were listed lately. */
  readonly #lists = new Map<string, ListedTexts>();
  readonly #expiry = new ExpiryQueue<CellRow>();
  /** Lists of rows that are read: none of these rows changes meanwhile, another one comes in its place. */
  #readers = 0;

  withStates(typename: string, want: TextsWant): IdsPage {
    const ids = this.#byAddress.of(typename);
    if (ids === undefined) return { ids: [], isEnd: true };
    const list = this.#lists.get(typename) ?? new ListedTexts(ids);
    this.#lists.set(typename, list);
    return list.page(want);
  }

  sizes(address: WireAddress, time: number): StateSizes {
    let [states, bytes] = [0, 0];
    for (const { value, expiresAt } of this.#byAddress.get(address)?.values() ?? []) {
      if (expiresAt !== undefined && expiresAt <= time) continue;
      states += 1;
      bytes += valueBytes(value);
    }
    return { states, bytes };
  }

  names(address: WireAddress): string[] {
    return [...(this.#byAddress.get(address)?.keys() ?? [])];
  }

  /** All, or the one of this name. */
  load(address: WireAddress, only?: string): Map<string, StoredCell> {
    const cells = new Map<string, StoredCell>();
    for (const [name, { cell, value, expiresAt }] of this.#byAddress.get(address) ?? []) {
      if (only !== undefined && name !== only) continue;
      cells.set(name, { cell, value: copyOfValue(value), expiresAt });
    }
    return cells;
  }

  /** Of all addresses, as they are now, until `release`. The rows themselves: copies of a million would take longer than all the rest. */
  instances(): ListedInstance[] {
    this.#readers++;
    const instances: ListedInstance[] = [];
    for (const rows of this.#byAddress.values()) {
      // Most have one.
      if (rows.size > 1) instances.push([...rows.values()]);
      else for (const row of rows.values()) instances.push(row);
    }
    return instances;
  }

  /** Nobody reads what `instances` has given once. */
  release(): void {
    this.#readers--;
  }

  cellOf(address: WireAddress, name: string): number | undefined {
    return this.#byAddress.get(address)?.get(name)?.cell;
  }

  check({ cells }: CommitWindow): void {
    const created: CellWrite[] = [];
    for (const write of cells) {
      if (write.value === undefined || this.#rows.has(write.cell)) continue;
      created.push(write);
      const other = this.#byAddress.get(write.address)?.get(write.name);
      if (other !== undefined && !cells.some((one) => isDeletion(one, other.cell))) {
        throw duplicate(nameOf(write));
      }
    }
    if (created.length > 1) assertDistinct(created.map(nameOf));
  }

  apply({ cells, renewed }: CommitWindow): void {
    for (const { cell, value } of cells) if (value === undefined) this.#delete(cell);
    for (const write of cells) if (write.value !== undefined) this.#write(write, write.value);
    for (const { cell, expiresAt } of renewed) {
      const row = this.#rows.get(cell);
      if (row !== undefined) this.#expiry.track(this.#changed(row, row.value, expiresAt));
    }
  }

  sweep(time: number, limit: number): boolean {
    return this.#expiry.sweep(time, limit, ({ cell }) => this.#delete(cell));
  }

  #write({ cell, address, name, expiresAt }: CellWrite, value: WireValue): void {
    let row = this.#rows.get(cell);
    if (row === undefined) {
      row = { cell, address, name, value, expiresAt, ticket: undefined };
      this.#rows.set(cell, row);
      const cells = this.#byAddress.get(address);
      if (cells === undefined) {
        this.#byAddress.set(address, new Map([[name, row]]));
        this.#listChange(address);
      } else cells.set(name, row);
    } else row = this.#changed(row, value, expiresAt);
    this.#expiry.track(row);
  }

  /** The row, or the one that stands in its place from now on. */
  #changed(row: CellRow, value: WireValue, expiresAt: number | undefined): CellRow {
    if (this.#readers === 0) {
      row.value = value;
      row.expiresAt = expiresAt;
      return row;
    }
    const { cell, address, name } = row;
    this.#expiry.untrack(row);
    const changed = { cell, address, name, value, expiresAt, ticket: undefined };
    this.#rows.set(cell, changed);
    this.#byAddress.get(address)?.set(name, changed);
    return changed;
  }

  #delete(cell: number): void {
    const row = this.#rows.get(cell);
    if (row === undefined) return;
    this.#rows.delete(cell);
    this.#expiry.untrack(row);
    const cells = this.#byAddress.get(row.address);
    cells?.delete(row.name);
    if (cells?.size !== 0) return;
    this.#byAddress.delete(row.address);
    this.#listChange(row.address);
  }

  /** An id has got its first state, or has lost its last one. */
  #listChange({ typename, id }: WireAddress): void {
    if (this.#lists.size === 0) return;
    const list = this.#lists.get(typename);
    list?.change(id);
    // Of a function that has no state any more, the ids that come are in another map.
    if (list?.isForgotten || this.#byAddress.of(typename) === undefined)
      this.#lists.delete(typename);
  }
}

function isDeletion(write: CellWrite, cell: number): boolean {
  return write.cell === cell && write.value === undefined;
}

function nameOf({ address, name }: CellWrite): string {
  return `state ${show(name)} of ${address.typename}/${JSON.stringify(address.id)}`;
}
