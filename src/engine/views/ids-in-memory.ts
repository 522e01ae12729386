import { SortedTexts } from "../../internal/sorted-texts.ts";
import type { Partition } from "../partition.ts";
import type { Turns } from "./turns.ts";

/** Ids of one mailbox table that are being sorted, for those who ask meanwhile. */
const building = new WeakMap<SortedTexts, Promise<SortedTexts>>();

/**
 * The ids of a function that are in memory, in order. The first list of the function sorts them, in turns; from then on each one
 * that comes into memory or leaves it is added or taken out, which takes a microsecond or two. Without lists it costs nothing.
 */
export function idsInMemory(
  { mailboxes }: Partition,
  typename: string,
  turns: Turns,
): Promise<SortedTexts> | SortedTexts {
  const known = mailboxes.sortedIds.get(typename);
  if (known !== undefined) return building.get(known) ?? known;
  const ids = new SortedTexts();
  // What comes in from now on is added there.
  mailboxes.sortedIds.set(typename, ids);
  const built = (async () => {
    let count = 0;
    for (const id of mailboxes.ofFunction(typename)?.keys() ?? []) {
      if (!ids.has(id)) ids.add(id);
      if (++count % 64 === 0 && turns.isOver) await turns.next();
    }
    building.delete(ids);
    return ids;
  })();
  building.set(ids, built);
  return built;
}
