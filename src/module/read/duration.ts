import { expected } from "./module-error.ts";
import type { TreeNode } from "./tree.ts";

const units: readonly (readonly [pattern: RegExp, ms: number])[] = [
  [/^(?:d|days?)$/, 86_400_000],
  [/^(?:h|hours?)$/, 3_600_000],
  [/^(?:m|min|minutes?)$/, 60_000],
  [/^(?:s|secs?|seconds?)$/, 1_000],
  [/^(?:|ms|millis?|milliseconds?)$/, 1],
  [/^(?:µs|micros?|microseconds?)$/, 0.001],
  [/^(?:ns|nanos?|nanoseconds?)$/, 0.000_001],
];

/** More than any date, and a whole number of milliseconds still. */
const endOfTimeMs = 4e15;

/**
 * A duration as Flink writes it, "1min", "20 sec", "500 ms", in whole milliseconds; a bare number is milliseconds.
 * With `leastMs` 0 a duration of nothing is taken too, in any unit.
 */
export function durationOf(
  node: TreeNode,
  mostMs: number = endOfTimeMs,
  leastMs: number = 1,
): number {
  const text = node.type === "scalar" ? node.source.trim().toLowerCase() : "";
  const [, digits = "", unit = ""] = /^(\d+)\s*(\p{L}*)$/u.exec(text) ?? [];
  const ms = units.find(([pattern]) => pattern.test(unit))?.[1];
  if (digits === "" || ms === undefined) throw expected(node, "a duration");
  const total = Math.floor(Number(digits) * ms);
  if (total < leastMs || (total === 0 && Number(digits) > 0)) {
    throw expected(node, "a duration of at least 1 ms");
  }
  if (total > mostMs) throw expected(node, `a duration of at most ${durationText(mostMs)}`);
  return total;
}

/** The same duration in the largest unit that it is whole in. */
export function durationText(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000} min`;
  return ms % 1_000 === 0 ? `${ms / 1_000} s` : `${ms} ms`;
}
