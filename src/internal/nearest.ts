/** A question after the name that was probably meant, or nothing; to add to a message about a name. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const all = [...known];
  for (const changes of [0, 1, 2]) {
    // Short names are near to everything.
    const near = all.find(
      (one) => changes * 3 < one.length && isNear(bare(one), bare(name), changes),
    );
    if (near) return `, did you mean ${near}?`;
  }
  return "";
}

const bare = (name: string) => name.toLowerCase().replace(/[-_ .]/g, "");

/** Whether at most this number of letters is missing, added or changed; two swapped letters count as one. */
function isNear(left: string, right: string, changes: number): boolean {
  if (left === right) return true;
  const rest = (from: number, to: number, spent = 1): boolean =>
    isNear(left.slice(from), right.slice(to), changes - spent);
  if (left[0] === right[0]) return rest(1, 1, 0);
  const isSwap = left[0] === right[1] && left[1] === right[0];
  return changes > 0 && (rest(1, 0) || rest(0, 1) || rest(1, 1) || (isSwap && rest(2, 2)));
}
