import type { Span } from "../../api/types.ts";
import { duration } from "../../ui/numbers.ts";

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
  // What a root leads to comes behind it. A span that nothing leads to, as in a circle, is one too.
  for (const root of [...roots, ...spans]) {
    const open = [{ span: root, depth: 0, before: "", isLast: true }];
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
  }
  return rows;
}

/** How long a message has waited for its last attempt; undefined while it does. */
export function waitedMs({ atMs, startedAtMs }: Span): number | undefined {
  return startedAtMs === undefined ? undefined : Math.max(0, startedAtMs - atMs);
}

export function shownMs(ms: number | undefined): string {
  return ms === undefined ? "–" : duration(ms);
}
