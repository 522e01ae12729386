import type { StateSizes, TextsWant } from "../../engine/contract/address-reads.ts";
import type { StoredCell } from "../../engine/contract/records.ts";
import type { CellWrite, CommitWindow } from "../../engine/contract/store.ts";
import { show } from "../../internal/show.ts";
import { SortedTexts } from "../../internal/sorted-texts.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { valueBytes } from "../../model/message-bytes.ts";
import { AddressMap } from "./address-map.ts";
import { copyOfValue } from "./copies.ts";
import { type Expiring, ExpiryQueue } from "./expiry-queue.ts";
import { assertDistinct, duplicate } from "./memory-checks.ts";

interface CellRow extends Expiring {
  readonly cell: number;
  readonly address: WireAddress;
  readonly name: string;
  value: WireValue;
  expiresAt: number | undefined;
}

export class MemoryCells {
  readonly #rows = new Map<number, CellRow>();
  readonly #byAddress = new AddressMap<Map<string, CellRow>>();
  readonly #ids = new Map<string, SortedTexts>();
  readonly #expiry = new ExpiryQueue<CellRow>();

  withStates(typename: string, want: TextsWant): string[] {
    return this.#ids.get(typename)?.page(want) ?? [];
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
      if (row === undefined) continue;
      row.expiresAt = expiresAt;
      this.#expiry.track(row);
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
        this.#idsOf(address).add(address.id);
      } else cells.set(name, row);
    } else {
      row.value = value;
      row.expiresAt = expiresAt;
    }
    this.#expiry.track(row);
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
    const ids = this.#idsOf(row.address);
    ids.delete(row.address.id);
    if (ids.isEmpty) this.#ids.delete(row.address.typename);
  }

  #idsOf({ typename }: WireAddress): SortedTexts {
    const ids = this.#ids.get(typename) ?? new SortedTexts();
    if (ids.isEmpty) this.#ids.set(typename, ids);
    return ids;
  }
}

function isDeletion(write: CellWrite, cell: number): boolean {
  return write.cell === cell && write.value === undefined;
}

function nameOf({ address, name }: CellWrite): string {
  return `state ${show(name)} of ${address.typename}/${JSON.stringify(address.id)}`;
}
