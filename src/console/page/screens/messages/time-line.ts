import type { Span } from "../../api/types.ts";

/** The common time line of a tree: where a moment stands on it, from 0 to 1. */
export interface TimeLine {
  readonly placeOf: (ms: number) => number;
  /** Of all of it, with what was left out. */
  readonly wholeMs: number;
  /** Whether times in which nothing happened are drawn shorter than they were. */
  readonly isShortened: boolean;
}

/** A time in which nothing happens is drawn whole up to this part of all that happens, as when a timer waits. */
const longestIdle = 0.2;
const shownIdle = 0.06;

/** Where a span stands on the line, as parts of it: what it has waited, and what it has run. */
export interface Bar {
  readonly left: number;
  readonly waited: number;
  readonly ran: number;
}

export function timeLineOf(spans: readonly Span[]): TimeLine {
  const busy = busyTimes(spans);
  const busyMs = Math.max(
    1e-3,
    busy.reduce((sum, [from, to]) => sum + to - from, 0),
  );
  // Pieces in order: when each begins, where on the line, and how much longer or shorter it is drawn.
  const pieces: { readonly fromMs: number; readonly at: number; readonly scale: number }[] = [];
  let at = 0;
  let isShortened = false;
  for (const [index, [fromMs, toMs]] of busy.entries()) {
    pieces.push({ fromMs, at, scale: 1 });
    at += toMs - fromMs;
    const idleMs = (busy[index + 1]?.[0] ?? toMs) - toMs;
    const isLong = idleMs > busyMs * longestIdle;
    const drawn = isLong ? busyMs * shownIdle : idleMs;
    if (idleMs > 0) pieces.push({ fromMs: toMs, at, scale: drawn / idleMs });
    at += drawn;
    isShortened ||= isLong;
  }
  const whole = Math.max(at, 1e-3);
  const placeOf = (ms: number): number => {
    const piece = pieces.findLast(({ fromMs }) => fromMs <= ms);
    if (piece === undefined) return 0;
    return Math.min(1, (piece.at + (ms - piece.fromMs) * piece.scale) / whole);
  };
  const wholeMs = (busy.at(-1)?.[1] ?? 0) - (busy[0]?.[0] ?? 0);
  return { placeOf, wholeMs, isShortened };
}

/** When anything waited or ran. A timer waits for its time, which is nothing that happens. */
function busyTimes(spans: readonly Span[]): readonly [from: number, to: number][] {
  const all = spans.map((span): [number, number] => {
    const { begin, end } = timesOf(span);
    return [
      span.atMs,
      span.kind === "timer" ? Math.max(span.atMs, end - (begin - span.atMs)) : end,
    ];
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
