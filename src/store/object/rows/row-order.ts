import type { RowRange, StoredRow } from "./object-row.ts";

/** As SQLite compares BLOBs. */
export function compareKeys(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Where in rows in order of their keys the first one is that has this key or a greater one. */
export function placeOf(rows: readonly { readonly key: Uint8Array }[], key: Uint8Array): number {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const row = rows[middle];
    if (row !== undefined && compareKeys(row.key, key) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Rows of both, in the order of the range and no more than it wants. Both are in that order. */
export function merged(
  some: readonly StoredRow[],
  others: readonly StoredRow[],
  range: RowRange,
): readonly StoredRow[] {
  if (some.length === 0) return others;
  if (others.length === 0) return some;
  return [...some, ...others].sort(inOrderOf(range)).slice(0, range.limit);
}

export function inOrderOf({ until, isBackwards }: RowRange) {
  const sign = isBackwards === true ? -1 : 1;
  return (left: StoredRow, right: StoredRow): number => {
    const byTime = until === undefined ? 0 : Number(left.at) - Number(right.at);
    return byTime || sign * byKey(left, right);
  };
}

/** A key that something else has written, and that is no BLOB, comes before those that are. */
function byKey({ key: left }: StoredRow, { key: right }: StoredRow): number {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return compareKeys(left, right);
  return Number(left instanceof Uint8Array) - Number(right instanceof Uint8Array);
}
