/** What may be read at one time while others wait for the thread. */
const turnMs = 5;

/**
 * Reads one after the other, at most `limit` and no more once they have `maxBytes`, in turns of a few milliseconds: a
 * look holds nobody up. `next` is given the one before.
 */
export async function gathered<T>(
  limit: number,
  maxBytes: number,
  bytesOf: (one: T) => number,
  next: (last: T | undefined) => T | undefined,
): Promise<readonly T[]> {
  const all: T[] = [];
  let bytes = 0;
  let end = performance.now() + turnMs;
  while (all.length < limit && bytes < maxBytes) {
    const one = next(all.at(-1));
    if (one === undefined) break;
    all.push(one);
    bytes += bytesOf(one);
    if (performance.now() < end) continue;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 0);
    });
    end = performance.now() + turnMs;
  }
  return all;
}
