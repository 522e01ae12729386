import type { Change } from "../../engine/contract/store.ts";
import type { StateFunError } from "../../internal/errors.ts";
import { storeFailed } from "../store-errors.ts";

/** How the memory store is called in messages. */
export const memoryName = "the memory store";

export function duplicate(what: string): StateFunError {
  return storeFailed(memoryName, `${what} already exists`);
}

/** Throws if the store has one of the numbers, or would get one twice. */
export function assertNew(
  change: Pick<Change<{ readonly number: number }>, "added" | "removed">,
  has: (number: number) => boolean,
  what: string,
): void {
  let last = Number.NEGATIVE_INFINITY;
  let isAscending = true;
  let removed: ReadonlySet<number> | undefined;
  for (const { number } of change.added) {
    if (has(number)) {
      removed ??= new Set(change.removed);
      if (!removed.has(number)) throw duplicate(`${what} ${number}`);
    }
    isAscending &&= number > last;
    last = number;
  }
  if (!isAscending) assertDistinct(change.added.map(({ number }) => `${what} ${number}`));
}

export function assertDistinct(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw duplicate(name);
    seen.add(name);
  }
}
