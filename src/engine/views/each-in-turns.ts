import type { Position } from "../contract/records.ts";
import { Turns } from "./turns.ts";

/**
 * Rows of a list, page by page, as long as `more` says so. Gives the last number that was looked at; undefined where all have been.
 */
export async function eachInTurns<T extends { readonly number: Position }>(
  pageAfter: (after: Position) => readonly T[],
  after: Position,
  more: (row: T) => boolean,
): Promise<Position | undefined> {
  const turns = new Turns();
  for (let last = after; ; ) {
    const page = pageAfter(last);
    if (page.length === 0) return undefined;
    for (const row of page) {
      last = row.number;
      if (!more(row)) return last;
      // The rest of the page is not read again, though some of it may be gone: a slow page would never come to its end.
      if (turns.isOver) await turns.next();
    }
  }
}
