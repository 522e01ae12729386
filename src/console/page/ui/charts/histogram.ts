/** A bucket that is shown. */
export interface Bucket {
  /** What it holds at most, or over what: "≤ 5", "> 60,000". */
  readonly title: string;
  readonly count: number;
  /** Of the largest bucket, from 0 to 1. */
  readonly share: number;
}

/** From the first bucket that holds something to the last one. `bounds` are upper ones; the last bucket is over all. */
export function bucketsOf(counts: readonly number[], bounds: readonly number[]): Bucket[] {
  const first = counts.findIndex((one) => one > 0);
  const last = counts.findLastIndex((one) => one > 0);
  if (first < 0) return [];
  const largest = Math.max(...counts);
  return counts.slice(first, last + 1).map((count, index) => {
    const bound = bounds[first + index];
    const title = bound === undefined ? `> ${text(bounds.at(-1) ?? 0)}` : `≤ ${text(bound)}`;
    return { title, count, share: count / largest };
  });
}

function text(bound: number): string {
  return bound.toLocaleString("en-US");
}
