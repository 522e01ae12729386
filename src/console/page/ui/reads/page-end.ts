/** An answer has at most 1 MiB: a page with fewer rows than it may have is large, or the last one. */
const fullBytes = 900_000;

/** The cursor of the next page, of lists that are over when a page is empty; undefined where this is the last page. */
export function nextOf(
  rows: readonly unknown[] | undefined,
  next: string | undefined,
  limit: number,
): string | undefined {
  if (rows === undefined || rows.length === 0 || next === undefined || next === "0") return;
  const isFull = rows.length >= limit || JSON.stringify(rows).length >= fullBytes;
  return isFull ? next : undefined;
}
