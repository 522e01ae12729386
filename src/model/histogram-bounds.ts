/** Upper bounds of the buckets of every duration, in milliseconds: about three for each power of ten. */
export const histogramBounds: readonly number[] = [
  0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000,
];
