import type { StoredCell } from "../../engine/contract/records.ts";
import type { CellWrite, CommitWindow } from "../../engine/contract/store.ts";
import { textFromBytes } from "../../internal/bytes.ts";
import { show } from "../../internal/show.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { readable, stateDamaged } from "../damage.ts";
import { RecordWriter, recordIn } from "./object-codec.ts";
import { duplicate } from "./object-errors.ts";
import { endOf, keyOf } from "./object-keys.ts";
import { expiring, state } from "./object-kinds.ts";
import type { ObjectTimes } from "./object-times.ts";
import { bytesIn, timeOf } from "./rows/object-row.ts";
import type { ObjectRows } from "./rows/object-rows.ts";

/** More keys than this are not remembered: those of states that nobody has read for long are looked for. */
const maxKeys = 50_000;

const kinds = [state, expiring] as const;

/** States that stay and states that expire, in two kinds: whether any stays is asked in many windows. */
export class ObjectCells {
  readonly #rows: ObjectRows;
  readonly #times: ObjectTimes;
  /** Where a cell is, which a renewal does not say: it never is anywhere else. */
  readonly #keys = new Map<number, Uint8Array>();

  constructor(rows: ObjectRows, times: ObjectTimes) {
    this.#rows = rows;
    this.#times = times;
  }

  names({ typename, id }: WireAddress): string[] {
    const after = keyOf(typename, id);
    const range = { after, before: endOf(after) };
    const keys = kinds.flatMap((kind) => this.#rows.keys(kind, range));
    // A state has a name that is short enough to stand in the key.
    return keys.map((key) => shownFrom(bytesIn(key, "key").subarray(after.length + 2)));
  }

  cellOf({ typename, id }: WireAddress, name: string): number | undefined {
    const key = keyOf(typename, id, name);
    const number = readable(() => this.#rows.under(kinds, key)?.number);
    return Number.isSafeInteger(number) ? number : undefined;
  }

  /** All, or the one of this name. */
  load({ typename, id }: WireAddress, only?: string): Map<string, StoredCell> {
    const after = keyOf(typename, id);
    const range =
      only === undefined ? { after, before: endOf(after) } : { key: keyOf(typename, id, only) };
    const cells = new Map<string, StoredCell>();
    try {
      for (const kind of kinds) {
        for (const stored of this.#rows.read(kind, range)) {
          const row = this.#rows.whole(kind, stored);
          const reader = recordIn(row.data);
          const name = reader.text(8);
          const cell = timeOf(row.number);
          this.#remember(cell, row.key);
          cells.set(name, { cell, value: reader.value(), expiresAt: row.at });
        }
      }
    } catch (error) {
      throw stateDamaged(this.#rows.driver.name, { typename, id }, error);
    }
    return cells;
  }

  apply({ cells, renewed }: CommitWindow): void {
    for (const write of cells) if (write.value === undefined) this.#delete(write);
    for (const write of cells) if (write.value !== undefined) this.#write(write, write.value);
    for (const { cell, expiresAt } of renewed) this.#renew(cell, expiresAt);
  }

  /** Whether that was all. */
  sweep(time: number, limit: number): boolean {
    return this.#times.sweep(expiring, time, limit, (key) => this.#rows.drop(expiring, key));
  }

  #write(write: CellWrite, value: WireValue): void {
    const { cell, name, expiresAt } = write;
    const key = keyOfCell(write);
    const found = this.#rows.under(kinds, key);
    if (found !== undefined && found.number !== cell) throw duplicate(nameOf(write));
    const kind = expiresAt === undefined ? state : expiring;
    // 5 to 7 are its value, 8 is its name.
    const data = new RecordWriter().text(8, name).value(value).done();
    const parts = { at: expiresAt, number: cell, data };
    if (found !== undefined && found.kind !== kind) this.#rows.drop(found.kind, key);
    if (found?.kind === kind) this.#rows.put(kind, key, parts);
    else this.#rows.add(kind, key, parts);
    if (expiresAt !== undefined) this.#times.added(expiring, expiresAt);
    this.#remember(cell, key);
  }

  #delete(write: CellWrite): void {
    const key = keyOfCell(write);
    const found = this.#rows.under(kinds, key);
    if (found?.number === write.cell) this.#rows.drop(found.kind, key);
  }

  #renew(cell: number, expiresAt: number): void {
    const key = this.#keyOf(cell);
    if (key === undefined) return;
    const found = this.#rows.under(kinds, key);
    if (found?.number !== cell) return;
    this.#rows.renew(found.kind, expiring, key, expiresAt);
    this.#times.added(expiring, expiresAt);
  }

  #keyOf(cell: number): Uint8Array | undefined {
    return this.#keys.get(cell) ?? this.#rows.keyOfNumber(kinds, cell);
  }

  #remember(cell: number, key: Uint8Array): void {
    if (this.#keys.size >= maxKeys) this.#keys.clear();
    this.#keys.set(cell, key);
  }
}

/** A name that cannot be read is that of a state, all the same: with U+FFFD for what is wrong it is no other one's. */
function shownFrom(bytes: Uint8Array): string {
  return readable(() => textFromBytes(bytes)) ?? new TextDecoder().decode(bytes);
}

function keyOfCell({ address, name }: CellWrite): Uint8Array {
  return keyOf(address.typename, address.id, name);
}

function nameOf({ address, name }: CellWrite): string {
  return `state ${show(name)} of ${address.typename}/${JSON.stringify(address.id)}`;
}
