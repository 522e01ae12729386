import { noBytes } from "../../../internal/bytes.ts";
import type { RowRange } from "./object-row.ts";
import { encodeHead, type HeadRow, type StoredHead } from "./head-row.ts";
import { compareKeys, inOrderOf, placeOf } from "./row-order.ts";

const nothing: StoredHead = { progress: noBytes, rows: [], broken: [] };

/**
 * The head in memory: rows that are stored packed in one, behind the progress. It is what a transaction has made of it, and must
 * be read anew where that is rolled back.
 */
export class Head {
  /** In the order in which they were written. */
  readonly #rows = new Set<HeadRow>();
  /** By their kind, in the order of their keys. */
  readonly #byKind = new Map<number, HeadRow[]>();
  #progress: Uint8Array;
  #broken: readonly Uint8Array[];
  /** By which it is seen that nobody else has written it. Undefined before the first window. */
  #mark: Uint8Array | undefined;
  /** How many bytes it takes. */
  bytes = 0;
  /** How many rows were written since it was saved. */
  puts = 0;
  /** Whether it is to be saved. */
  isChanged = false;

  constructor(mark: Uint8Array | undefined, { progress, rows, broken }: StoredHead = nothing) {
    this.#mark = mark;
    this.#progress = progress;
    this.bytes = progress.length;
    const rest = [...broken];
    for (const row of rows) {
      const other = this.drop(row.kind, row.key);
      if (other !== undefined) rest.push(other.bytes);
      this.put(row);
    }
    for (const bytes of rest) this.bytes += bytes.length;
    this.#broken = rest;
    this.puts = 0;
    this.isChanged = false;
  }

  get mark(): Uint8Array | undefined {
    return this.#mark;
  }

  /** Undefined before the first window. */
  get progress(): Uint8Array | undefined {
    return this.#progress.length === 0 ? undefined : this.#progress;
  }

  set progress(progress: Uint8Array) {
    this.bytes += progress.length - this.#progress.length;
    this.#progress = progress;
    this.isChanged = true;
  }

  /** What should be rows of it and is not. */
  get broken(): readonly Uint8Array[] {
    return this.#broken;
  }

  dropBroken(): void {
    for (const bytes of this.#broken) this.bytes -= bytes.length;
    this.#broken = [];
    this.isChanged = true;
  }

  /** The row that was written longest ago comes first. */
  all(): Iterable<HeadRow> {
    return this.#rows;
  }

  has(from: number, to: number): boolean {
    for (const kind of this.#byKind.keys()) if (kind >= from && kind <= to) return true;
    return false;
  }

  find(kind: number, key: Uint8Array): HeadRow | undefined {
    const rows = this.#byKind.get(kind);
    const row = rows?.[placeOf(rows, key)];
    return row !== undefined && compareKeys(row.key, key) === 0 ? row : undefined;
  }

  read(kind: number, range: RowRange): readonly HeadRow[] {
    const rows = this.#byKind.get(kind);
    if (rows === undefined) return [];
    if (range.key !== undefined) {
      const row = this.find(kind, range.key);
      return row !== undefined && isWithin(row, range) ? [row] : [];
    }
    const { after, before, until, isBackwards, limit } = range;
    const from = after === undefined ? 0 : placeOf(rows, after);
    const to = before === undefined ? rows.length : placeOf(rows, before);
    const found = rows.slice(from, to).filter((row) => isWithin(row, range));
    if (until !== undefined || isBackwards === true) found.sort(inOrderOf(range));
    return limit === undefined || found.length <= limit ? found : found.slice(0, limit);
  }

  /** Over the one with its key, as the one that was written last. */
  put(row: HeadRow): void {
    this.drop(row.kind, row.key);
    const rows = this.#byKind.get(row.kind);
    if (rows === undefined) this.#byKind.set(row.kind, [row]);
    else rows.splice(placeOf(rows, row.key), 0, row);
    this.#rows.add(row);
    this.bytes += row.bytes.length;
    this.puts += 1;
    this.isChanged = true;
  }

  /** Gives what was there. */
  drop(kind: number, key: Uint8Array): HeadRow | undefined {
    const rows = this.#byKind.get(kind);
    if (rows === undefined) return undefined;
    const place = placeOf(rows, key);
    const row = rows[place];
    if (row === undefined || compareKeys(row.key, key) !== 0) return undefined;
    rows.splice(place, 1);
    if (rows.length === 0) this.#byKind.delete(kind);
    this.#rows.delete(row);
    this.bytes -= row.bytes.length;
    this.isChanged = true;
    return row;
  }

  /** What is to be stored. */
  encoded(): Uint8Array {
    return encodeHead(this.#broken, this.#rows, this.#progress);
  }

  saved(mark: Uint8Array): void {
    this.#mark = mark;
    this.puts = 0;
    this.isChanged = false;
  }
}

/** Beside the bounds of the keys, of which the lower one is not part of a range. */
function isWithin(row: HeadRow, { after, number, later, until }: RowRange): boolean {
  if (after !== undefined && compareKeys(row.key, after) === 0) return false;
  if (number !== undefined && row.number !== number) return false;
  if (later !== undefined && !(row.at !== null && row.at > later)) return false;
  return until === undefined || (row.at !== null && row.at <= until);
}
