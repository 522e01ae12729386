import type { Position } from "../contract/records.ts";

interface Numbered {
  readonly number: Position;
}

/** Rows behind a number, in ascending order, at most `limit` of them; none only where there is none. */
export type Forwards<T extends Numbered> = (after: Position, limit: number) => readonly T[];

/**
 * Rows with a number below `before`, the newest first, of a list that can only be read forwards: so no store needs another way to read.
 * It looks at pieces of numbers, each twice as long as the one before, and halves one that has more rows than a page. A row is
 * read about twice. What comes or goes meanwhile may be missed, and is never given twice.
 */
export function* newestFirst<T extends Numbered>(
  page: Forwards<T>,
  before: Position,
  pageSize: number,
): Generator<T, void, undefined> {
  let high = before;
  for (let step = pageSize; high > 0; step *= 2) {
    const low = Math.max(-1, high - 1 - step);
    yield* between(page, low, high, pageSize);
    high = low + 1;
  }
}

/** Both ends excluded. */
function* between<T extends Numbered>(
  page: Forwards<T>,
  low: Position,
  high: Position,
  pageSize: number,
): Generator<T, void, undefined> {
  // Most pieces are empty, and rows behind them are not worth a page.
  const [first] = page(low, 1);
  if (first === undefined || first.number >= high) return;
  const rows = page(low, pageSize);
  const last = rows.at(-1)?.number ?? high;
  if (last < high - 1) {
    const middle = last + Math.ceil((high - last) / 2);
    yield* between(page, middle - 1, high, pageSize);
    yield* between(page, last, middle, pageSize);
  }
  for (let at = rows.length - 1; at >= 0; at--) {
    const row = rows[at];
    if (row !== undefined && row.number < high) yield row;
  }
}
