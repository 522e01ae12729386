import type { Opened } from "../../engine/contract/store.ts";
import { noBytes } from "../../internal/bytes.ts";
import { readable } from "../damage.ts";
import type { Row } from "../drivers/sql-driver.ts";
import { recordIn } from "./object-codec.ts";
import { keyOf, numberBehind, prefixOf } from "./object-keys.ts";
import {
  accepted,
  call,
  dead,
  egress,
  expiring,
  kept,
  linkOut,
  message,
  outbox,
  state,
  timer,
  token,
} from "./object-kinds.ts";

/** A row by its kind and key, and what it is judged by. */
export interface KeyedRow {
  readonly kind: number;
  readonly key: Uint8Array;
  readonly number: unknown;
  readonly data: unknown;
}

/** Their keys end with their numbers. */
const numbered: readonly number[] = [message, egress, timer, kept, dead];

/**
 * Of all rows those that no window can have written, or whose other half is gone: they would be in the way of those
 * that come.
 */
export function strayRows(
  rows: readonly Row[],
  progress: Pick<Opened, "lastNumber" | "lastCell">,
): readonly KeyedRow[] {
  const all = rows.flatMap(keyedRow);
  const byName = new Map(all.map((row) => [nameOf(row.kind, row.key), row]));
  return all.filter((row) => isStray(row, progress, byName));
}

function isStray(
  { kind, key, number, data }: KeyedRow,
  { lastNumber, lastCell }: Pick<Opened, "lastNumber" | "lastCell">,
  byName: ReadonlyMap<string, KeyedRow>,
): boolean {
  if (kind === state || kind === expiring) return Number(number) > lastCell;
  if (kind === accepted) return Number(number) > lastNumber;
  if (numbered.includes(kind)) return !(numberOf(key) <= lastNumber);
  if (kind === outbox) {
    const link = byName.get(nameOf(linkOut, prefixOf(key)));
    return !(numberOf(key) <= lastOf(link?.data));
  }
  if (kind === token) return !byName.has(nameOf(timer, keyOfTimer(number)));
  if (kind !== call) return false;
  const owner = data instanceof Uint8Array && readable(() => recordIn(data).bytes(1));
  return !owner || !byName.has(nameOf(accepted, owner));
}

function keyOfTimer(number: unknown): Uint8Array {
  return readable(() => keyOf(Number(number))) ?? noBytes;
}

function keyedRow({ kind, key, number, data }: Row): KeyedRow[] {
  const isKeyed = typeof kind === "number" && key instanceof Uint8Array;
  return isKeyed ? [{ kind, key, number, data }] : [];
}

function numberOf(key: Uint8Array): number {
  return readable(() => numberBehind(prefixOf(key), key)) ?? Number.POSITIVE_INFINITY;
}

/** The last number of a link; 0 if it is unknown. */
function lastOf(data: unknown): number {
  if (!(data instanceof Uint8Array)) return 0;
  return readable(() => recordIn(data).number(3)) ?? 0;
}

function nameOf(kind: number, key: Uint8Array): string {
  return `${kind} ${key.join()}`;
}
