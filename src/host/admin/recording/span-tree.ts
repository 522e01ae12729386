import type { Position } from "../../../engine/contract/records.ts";
import type { Span, SpanTree } from "../../../surface/admin/recording-host.ts";
import { isOpen } from "./span-ring.ts";

/** Of one answer. */
const maxSpans = 1_000;

/** What a tree is made of. */
export interface TreeParts {
  /** All that can be seen, oldest first. */
  readonly spans: readonly Span[];
  /** What comes of them is recorded as well. */
  readonly isOn: boolean;
}

/**
 * All that has led to a span, and all that came of the first of those. A span that has one of several causes is in the trees of all of
 * them, and those of its causes that have not led to this one are not in its tree.
 */
export function treeOf(asked: Span, { spans, isOn }: TreeParts): SpanTree {
  const byNumber = new Map(spans.map((span) => [span.number, span]));
  const above = ({ causes }: Span): readonly Span[] => known(causes, byNumber);
  const children = childrenOf(spans);
  const below = ({ number }: Span): readonly Span[] => children.get(number) ?? [];
  const ancestors = reached([asked], above);
  const roots = [...ancestors].filter((span) => above(span).length === 0).sort(byPlace);
  // What is nearest to what was asked for comes first.
  const all = new Set([...ancestors, ...reached([asked], below), ...reached(roots, below)]);
  const isLost = (span: Span): boolean =>
    span.isCut || (ancestors.has(span) && span.causes.some((number) => !byNumber.has(number)));
  const isComplete = [...all].every((span) => !isLost(span) && (isOn || !isOpen(span.outcome)));
  const shown = [...all].slice(0, maxSpans);
  const [root = asked] = roots;
  return { root: root.number, spans: shown, isComplete, leftOut: all.size - shown.length };
}

function byPlace(one: Span, other: Span): number {
  return one.place - other.place;
}

/** These and all that can be reached from them, nearest first. */
function reached(start: readonly Span[], next: (span: Span) => readonly Span[]): Set<Span> {
  const found = new Set(start);
  // What is added while it is walked through is walked through as well.
  for (const span of found) for (const one of next(span)) found.add(one);
  return found;
}

function known(
  causes: readonly Position[],
  byNumber: ReadonlyMap<Position, Span>,
): readonly Span[] {
  return causes.flatMap((number) => byNumber.get(number) ?? []);
}

function childrenOf(spans: readonly Span[]): ReadonlyMap<Position, readonly Span[]> {
  const children = new Map<Position, Span[]>();
  for (const span of spans) {
    for (const cause of span.causes) {
      const all = children.get(cause);
      if (all === undefined) children.set(cause, [span]);
      else all.push(span);
    }
  }
  return children;
}
