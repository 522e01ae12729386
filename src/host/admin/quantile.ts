/**
 * About the value below which this share of what a histogram counts lies, as Prometheus estimates it: evenly within a bucket. What is over
 * all bounds counts as the last of them. NaN where nothing was counted.
 */
export function quantileOf(
  counts: readonly number[],
  bounds: readonly number[],
  share: number,
): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return Number.NaN;
  const rank = share * total;
  let below = 0;
  for (const [bucket, count] of counts.entries()) {
    const [low = 0, high] = [bounds[bucket - 1], bounds[bucket]];
    if (high === undefined) return low;
    if (count > 0 && below + count >= rank) {
      const value = low + ((high - low) * (rank - below)) / count;
      return Math.round(value * 1_000) / 1_000;
    }
    below += count;
  }
  return Number.NaN;
}
