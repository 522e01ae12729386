/** What may be read at one time while others wait for the thread. */
const turnMs = 5;

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
