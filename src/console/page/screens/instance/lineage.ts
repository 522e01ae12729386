import type { Span } from "../../api/types.ts";

/** A message on the way to another one, or beside it. */
export interface Ancestor {
  readonly span: Span;
  readonly depth: number;
  readonly isOnTheWay: boolean;
}

/** Of messages that came of the same one: the others are behind a link. */
const maxBeside = 3;
/** Generations: what is older is behind the link too. */
const maxDepth = 12;

/**
 * How a message came to be: its causes up to the first one, and at each step some of what came of the same cause. In order, with
 * the message itself at the end or among those beside it. Empty where the recording does not know it.
 */
export function lineageOf(spans: readonly Span[], number: string): readonly Ancestor[] {
  const byNumber = new Map(spans.map((span) => [span.number, span]));
  const way: Span[] = [];
  for (let at = byNumber.get(number); at !== undefined && way.length < maxDepth; ) {
    // A cause has a lower number: what is not so is no cause, and would never end.
    way.unshift(at);
    at = at.causes.map((cause) => byNumber.get(cause)).find((cause) => cause !== undefined);
    if (at !== undefined && way.includes(at)) break;
  }
  const rows: Ancestor[] = [];
  for (const [depth, span] of way.entries()) {
    const cause = way[depth - 1];
    const beside =
      cause === undefined
        ? []
        : spans
            .filter((one) => one !== span && one.causes.includes(cause.number))
            .slice(0, maxBeside);
    for (const one of beside) rows.push({ span: one, depth, isOnTheWay: false });
    rows.push({ span, depth, isOnTheWay: true });
  }
  return rows;
}
