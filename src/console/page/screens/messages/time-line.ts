import type { Span } from "../../api/types.ts";

/** The common time line of a tree: where a moment stands on it, from 0 to 1. */
export interface TimeLine {
  readonly placeOf: (ms: number) => number;
  /** Of all of it, with what was left out. */
  readonly wholeMs: number;
  /** Whether times in which nothing happened are drawn shorter than they were. */
  readonly isShortened: boolean;
}

/** A time in which nothing happens, as when a timer waits, is drawn as long as this part of all that happens, at most. */
const longestIdle = 0.2;

/** Where a span stands on the line, as parts of it: what it has waited, and what it has run. */
export interface Bar {
  readonly left: number;
  readonly waited: number;
  readonly ran: number;
}

export function timeLineOf(spans: readonly Span[]): TimeLine {
  const busy = busyTimes(spans);
  const longestMs = longestIdle * busy.reduce((sum, [from, to]) => sum + to - from, 0);
  let whole = 0;
  let isShortened = false;
  const pieces = busy.map(([from, to], index) => {
    const idleMs = from - (busy[index - 1]?.[1] ?? from);
    isShortened ||= idleMs > longestMs;
    const at = whole + Math.min(idleMs, longestMs);
    whole = at + to - from;
    return { from, to, at };
  });
  const placeOf = (ms: number): number => {
    const piece = pieces.findLast(({ from }) => from <= ms);
    if (piece === undefined || whole === 0) return 0;
    return (piece.at + Math.min(ms, piece.to) - piece.from) / whole;
  };
  const wholeMs = (busy.at(-1)?.[1] ?? 0) - (busy[0]?.[0] ?? 0);
  return { placeOf, wholeMs, isShortened };
}

/** When anything waited or ran. A timer waits for its time, which is nothing that happens. */
function busyTimes(spans: readonly Span[]): readonly [from: number, to: number][] {
  const all = spans.flatMap((span): [from: number, to: number][] => {
    const { atMs } = span;
    const { begin, end } = timesOf(span);
    return span.kind === "timer"
      ? [
          [atMs, atMs],
          [begin, end],
        ]
      : [[atMs, end]];
  });
  const merged: [number, number][] = [];
  for (const [from, to] of all.sort(([one], [other]) => one - other)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

function timesOf({ atMs, startedAtMs = atMs, durationMs = 0 }: Span): {
  readonly begin: number;
  readonly end: number;
} {
  // The clock may have been set back between the two.
  const begin = Math.max(atMs, startedAtMs);
  return { begin, end: begin + durationMs };
}

export function barOf(span: Span, { placeOf }: TimeLine): Bar {
  const { begin, end } = timesOf(span);
  const [left, start] = [placeOf(span.atMs), placeOf(begin)];
  return { left, waited: start - left, ran: placeOf(end) - start };
}
