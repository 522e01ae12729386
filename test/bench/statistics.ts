import type { Times } from "./measure.ts";

export interface Spread {
  readonly median: number;
  /** A quarter of the rounds is below, and a quarter above. */
  readonly low: number;
  readonly high: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (fraction: number) => sorted[Math.round((sorted.length - 1) * fraction)] ?? Number.NaN;
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

export function timesOf(times: Times, name: string): readonly number[] {
  const found = times.get(name);
  if (found === undefined) throw new RangeError(`nothing called ${name} was measured`);
  return found;
}

/** The median time of one operation, in milliseconds. */
export function medianOf(times: Times, name: string): number {
  return spreadOf(timesOf(times, name)).median;
}

/** How many times as long `slow` takes: the ratio of each round, where both met the same machine. */
export function ratioOf(times: Times, slow: string, fast: string): Spread {
  const fastTimes = timesOf(times, fast);
  return spreadOf(
    timesOf(times, slow).map((time, round) => time / (fastTimes[round] ?? Number.NaN)),
  );
}
