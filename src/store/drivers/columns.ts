import { isWellFormed } from "../../internal/assert.ts";
import { bytesFromText, textFromBytes } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { Row, SqlValue } from "./sql-driver.ts";

/**
 * A text as a parameter. One with a NUL is stored as a BLOB of its UTF-8: SQLite takes texts with NULs, but some
 * runtimes give them back cut there. A text always becomes the same value, so it is found again.
 *
 * A lone surrogate, which only free texts like reasons can have, becomes U+FFFD on every runtime: some drivers would
 * store bytes that are no UTF-8.
 */
export function textTo(text: string): string | Uint8Array {
  if (text.includes("\0")) return bytesFromText(text);
  return isWellFormed(text) ? text : textFromBytes(bytesFromText(text));
}

export function optionalTextTo(text: string | undefined): SqlValue {
  return text === undefined ? null : textTo(text);
}

export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return textFromBytes(value);
  throw damaged(column, value);
}

export function optionalTextOf(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : textOf(row, column);
}

export function integerOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw damaged(column, value);
  return value;
}

export function optionalIntegerOf(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : integerOf(row, column);
}

export function optionalBytesOf(row: Row, column: string): Uint8Array | undefined {
  const value = row[column];
  if (value === null) return undefined;
  if (!(value instanceof Uint8Array)) throw damaged(column, value);
  return value;
}

/** Of the columns `typename` and `id`, or of those with a prefix. */
export function addressOf(row: Row, prefix = ""): WireAddress {
  return { typename: textOf(row, `${prefix}typename`), id: textOf(row, `${prefix}id`) };
}

export function damaged(column: string, value: unknown): StateFunError {
  return new StateFunError("store_failed", `a stored row has ${show(value)} as its ${column}`);
}
