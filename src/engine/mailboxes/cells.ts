import type { KnownStates, WireValue } from "../../model/invocation.ts";
import { messageBytes } from "../../model/message-bytes.ts";
import type { EngineFunction } from "../contract/function-transport.ts";
import type { StoredCell } from "../contract/records.ts";

/** Up to this length bytes are kept as a text with a character for each of them: an array takes 200 bytes more. */
const shortBytes = 64;
/** About what a short cell takes on the heap, and what any other one takes beside its bytes. */
const shortSize = 200;
const wholeSize = 450;

/** A state in memory. One that was deleted holds nothing: it is written again under the same number. */
export interface Cell {
  /** Names the row for good. */
  readonly cell: number;
  readonly name: string;
  readonly expiresAt: number | undefined;
  /** The bytes of a short value, whose type stands beside it, or a value as it came. */
  readonly held: string | WireValue | undefined;
  readonly typename: string;
  /** About what it takes on the heap. */
  readonly size: number;
}

export function cellOf(
  cell: number,
  name: string,
  value: WireValue | undefined,
  expiresAt: number | undefined,
): Cell {
  const text = value && shortText(value);
  // One without bytes of its own is short as it is.
  const isShort = value === undefined || text !== undefined || value.size !== undefined;
  const size = isShort ? shortSize + (value?.size ?? 0) : wholeSize + messageBytes(value);
  const held = text ?? value;
  const typename = value?.typename ?? "";
  return { cell, name, expiresAt, held, typename, size };
}

function shortText(value: WireValue): string | undefined {
  // Bytes that are made when they are asked for are not asked for.
  if (value.size !== undefined || value.headers.length > 0) return undefined;
  const { bytes } = value;
  const isShort = bytes !== undefined && bytes.length <= shortBytes;
  return isShort ? Reflect.apply(String.fromCharCode, null, bytes) : undefined;
}

export function cellsFrom(stored: ReadonlyMap<string, StoredCell>): Cell[] {
  return Array.from(stored, ([name, { cell, value, expiresAt }]) =>
    cellOf(cell, name, value, expiresAt),
  );
}

/** The value of a cell. One that is short is made anew. */
export function valueIn({ held, typename }: Cell): WireValue | undefined {
  if (typeof held !== "string") return held;
  const bytes = new Uint8Array(held.length);
  for (let index = 0; index < held.length; index++) bytes[index] = held.charCodeAt(index);
  return { typename, bytes, headers: [] };
}

/** The states of an instance. Most have one, which needs no table. */
export type Cells = Cell | Map<string, Cell>;

export function allCells(cells: Cells): Iterable<Cell> {
  return cells instanceof Map ? cells.values() : [cells];
}

export function cellIn(cells: Cells, name: string): Cell | undefined {
  if (cells instanceof Map) return cells.get(name);
  return cells.name === name ? cells : undefined;
}

/** Puts one in the place of that with its name. Gives what is to be kept instead of what was there. */
export function withCell(cells: Cells, cell: Cell): Cells {
  if (cells instanceof Map && cells.size > 0) return cells.set(cell.name, cell);
  if (cells instanceof Map || cells.name === cell.name) return cell;
  return new Map([cells, cell].map((one) => [one.name, one]));
}

/** The states of an instance as they are in memory, for a step that runs here: nothing changes them before it has ended. */
export class CellStates implements KnownStates {
  readonly #states: EngineFunction["states"];
  readonly #cells: Cells;

  constructor(states: EngineFunction["states"], cells: Cells) {
    this.#states = states;
    this.#cells = cells;
  }

  get(name: string): ReturnType<KnownStates["get"]> {
    const cell = this.#states.has(name) ? cellIn(this.#cells, name) : undefined;
    return cell && valueIn(cell);
  }

  has(name: string): boolean {
    return this.#states.has(name);
  }

  *[Symbol.iterator](): ReturnType<KnownStates[typeof Symbol.iterator]> {
    for (const name of this.#states.keys()) yield [name, this.get(name)];
  }
}
