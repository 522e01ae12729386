import { SortedTexts } from "../../internal/sorted-texts.ts";
import { compareTexts } from "../../internal/text-order.ts";

/** Texts that are sorted or moved at one time: about a millisecond. */
const portion = 2_048;

/** Sorts texts, and drops what comes twice. Whoever runs it can pause after each portion. */
export function* sorting(texts: Iterable<string>): Generator<undefined, SortedTexts> {
  let runs: string[][] = [];
  let run: string[] = [];
  for (const text of texts) {
    if (run.push(text) < portion) continue;
    runs.push(run.sort(compareTexts));
    run = [];
    yield;
  }
  runs.push(run.sort(compareTexts));
  while (runs.length > 1) {
    const merged: string[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      merged.push(yield* merging(runs[at] ?? [], runs[at + 1] ?? []));
    }
    runs = merged;
  }
  const all = new SortedTexts();
  const [sorted = []] = runs;
  for (let from = 0; from < sorted.length; from += portion) {
    addDistinct(all, sorted, from);
    yield;
  }
  return all;
}

function addDistinct(all: SortedTexts, sorted: readonly string[], from: number): void {
  for (let at = from; at < Math.min(from + portion, sorted.length); at++) {
    const text = sorted[at];
    if (text !== undefined && text !== sorted[at - 1]) all.add(text);
  }
}

/** Two sorted runs that become one. */
interface Merge {
  readonly one: readonly string[];
  readonly other: readonly string[];
  readonly merged: string[];
  at: number;
  behind: number;
}

function* merging(
  one: readonly string[],
  other: readonly string[],
): Generator<undefined, string[]> {
  const merge: Merge = { one, other, merged: [], at: 0, behind: 0 };
  while (mergeOn(merge)) yield;
  return merge.merged;
}

/** A portion, outside of a generator: there this is slow. Whether there is more. */
function mergeOn(merge: Merge): boolean {
  const { one, other, merged } = merge;
  let { at, behind } = merge;
  for (let left = portion; left > 0; left--) {
    const first = at < one.length ? one[at] : undefined;
    const second = behind < other.length ? other[behind] : undefined;
    if (first !== undefined && (second === undefined || compareTexts(first, second) <= 0)) {
      merged.push(first);
      at++;
    } else if (second !== undefined) {
      merged.push(second);
      behind++;
    } else break;
  }
  merge.at = at;
  merge.behind = behind;
  return merged.length < one.length + other.length;
}
