/** The name that was probably meant, or undefined: at most two letters away, or the same but for its spelling. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = 3;
  for (const one of known) {
    const distance = bare(one) === bare(name) ? 0 : distanceOf(one, name);
    // Short names are near to everything.
    if (distance < least && distance * 3 < one.length) {
      best = one;
      least = distance;
    }
  }
  return best;
}

/** What to add to a message: a question, or nothing. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = nearest(name, known);
  return near === undefined ? "" : `, did you mean ${near}?`;
}

const bare = (name: string) => name.toLowerCase().replace(/[-_ .]/g, "");

/** Levenshtein's, where two swapped letters count as one change; of names that are as long as names are. */
function distanceOf(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 2 || left.length > 80) return 3;
  let last: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let at = 1; at <= left.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= right.length; to += 1) {
      const isSame = left[at - 1] === right[to - 1];
      const changed = (row[to - 1] ?? 0) + (isSame ? 0 : 1);
      const isSwap = left[at - 1] === right[to - 2] && left[at - 2] === right[to - 1];
      const swapped = isSwap ? (last[to - 2] ?? 3) + 1 : 3;
      next.push(Math.min(changed, swapped, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    last = row;
    row = next;
  }
  return row[right.length] ?? 3;
}
