import { Turns } from "./turns.ts";

/**
 * Reads items one after another, at most `limit`, and stops once they have `maxBytes`, in turns of a few
 * milliseconds so that reading blocks nothing. `next` gets the previous item.
 */
export async function gathered<T>(
  limit: number,
  maxBytes: number,
  bytesOf: (one: T) => number,
  next: (last: T | undefined) => T | undefined,
): Promise<readonly T[]> {
  const all: T[] = [];
  let bytes = 0;
  const turns = new Turns();
  while (all.length < limit && bytes < maxBytes) {
    const one = next(all.at(-1));
    if (one === undefined) break;
    all.push(one);
    bytes += bytesOf(one);
    if (turns.isOver) await turns.next();
  }
  return all;
}
