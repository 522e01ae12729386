import type { Row, SqlValue } from "../../drivers/sql-driver.ts";
import { damaged } from "../object-errors.ts";

/** What is written of a row beside its kind and key. */
export interface RowParts {
  readonly at?: number | undefined;
  readonly number?: number | undefined;
  readonly data: Uint8Array;
}

export interface ObjectRow extends RowParts {
  readonly key: Uint8Array;
}

/** A row as it is stored. Something else may have written it: its columns can be of any type. */
export interface StoredRow {
  readonly key: SqlValue;
  readonly at: SqlValue;
  readonly number: SqlValue;
  readonly parts: SqlValue;
  readonly data: SqlValue;
}

/** Which rows of a kind are read. All that is said must hold. */
export interface RowRange {
  /** This key. */
  readonly key?: Uint8Array;
  /** Keys that are greater than this. */
  readonly after?: Uint8Array;
  /** Keys that are less than this. */
  readonly before?: Uint8Array;
  /** Numbers that are this one. */
  readonly number?: number;
  /** Times after this. */
  readonly later?: number;
  /** Times up to this. The rows then come in order of their times; in any other case in order of their keys. */
  readonly until?: number;
  /** The greatest key comes first. */
  readonly isBackwards?: true;
  /** At most so many rows. */
  readonly limit?: number;
}

export function storedRow({ key, at, number, parts, data }: Row): StoredRow {
  return {
    key: key ?? null,
    at: at ?? null,
    number: number ?? null,
    parts: parts ?? null,
    data: data ?? null,
  };
}

export function bytesIn(value: SqlValue | undefined, what: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw damaged(what, value);
}

/** A number that a row of its kind always has. */
export function timeOf(value: number | undefined): number {
  if (value === undefined || !Number.isSafeInteger(value)) throw damaged("number", value);
  return value;
}
