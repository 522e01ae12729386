import type { Span } from "../../api/types.ts";

/** A span at its place in the tree, as a line of a list. */
export interface TreeRow {
  readonly span: Span;
  readonly depth: number;
  /** Lines that lead to it, as characters. */
  readonly guide: string;
}

/** Levels that are drawn: deeper ones stand at the same place, and say how deep they are. */
export const maxGuides = 12;

/**
 * Spans in the order of their causes: each behind what has caused it, and before what it has caused. One of a batch stands at the
 * first of its causes that is known. No recursion: a chain may be as long as a recording.
 */
export function treeRows(spans: readonly Span[]): readonly TreeRow[] {
  const known = new Set(spans.map(({ number }) => number));
  const children = new Map<string, Span[]>();
  const roots: Span[] = [];
  for (const span of spans) {
    const cause = span.causes.find((one) => known.has(one) && one !== span.number);
    if (cause === undefined) roots.push(span);
    else children.set(cause, [...(children.get(cause) ?? []), span]);
  }
  const rows: TreeRow[] = [];
  const seen = new Set<string>();
  const open = roots.map((span) => ({ span, depth: 0, before: "", isLast: true })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { span, depth, before, isLast } = next;
    if (seen.has(span.number)) continue;
    seen.add(span.number);
    rows.push({ span, depth, guide: depth === 0 ? "" : `${before}${isLast ? "└ " : "├ "}` });
    const isDrawn = depth > 0 && depth < maxGuides;
    const inner = isDrawn ? `${before}${isLast ? "  " : "│ "}` : before;
    const own = children.get(span.number) ?? [];
    const placed = own.map((one, index) => ({
      ...{ span: one, depth: depth + 1, before: inner },
      isLast: index === own.length - 1,
    }));
    open.push(...placed.reverse());
  }
  return rows;
}

/** From when to when the spans of a tree are, in milliseconds since the epoch. */
export interface Extent {
  readonly startMs: number;
  readonly endMs: number;
}

export function extentOf(spans: readonly Span[]): Extent {
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = Number.NEGATIVE_INFINITY;
  for (const span of spans) {
    startMs = Math.min(startMs, span.atMs);
    endMs = Math.max(endMs, endOf(span));
  }
  return { startMs, endMs: Math.max(endMs, startMs + 1) };
}

function endOf({ atMs, startedAtMs, durationMs = 0 }: Span): number {
  return Math.max(atMs, (startedAtMs ?? atMs) + durationMs);
}

/** Where a span stands on the common time line, as parts of it: what it has waited, and what it has run. */
export interface Bar {
  readonly left: number;
  readonly waited: number;
  readonly ran: number;
}

export function barOf(span: Span, { startMs, endMs }: Extent): Bar {
  const whole = endMs - startMs;
  const { atMs, startedAtMs = atMs, durationMs = 0 } = span;
  // The clock may have been set back between the two.
  const begin = Math.max(atMs, startedAtMs);
  return {
    left: (atMs - startMs) / whole,
    waited: (begin - atMs) / whole,
    ran: durationMs / whole,
  };
}

/** How long a message has waited for its last attempt; undefined while it does. */
export function waitedMs({ atMs, startedAtMs }: Span): number | undefined {
  return startedAtMs === undefined ? undefined : Math.max(0, startedAtMs - atMs);
}
