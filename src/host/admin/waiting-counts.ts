import type { Position } from "../../engine/contract/records.ts";
import type { Partition } from "../../engine/partition.ts";

/** How long others wait while mailboxes are counted. */
const turnMs = 4;
/** Mailboxes between two looks at the clock. */
const pieceSize = 2_000;

/** What waits for a function. */
export interface Waiting {
  messages: number;
  /** The lowest number of a waiting message: the oldest one. */
  oldest: Position;
}

/** What waits, by function: counted over all mailboxes in memory, in turns. */
export async function waitingBy({
  mailboxes,
  options,
}: Partition): Promise<ReadonlyMap<string, Waiting>> {
  const all = new Map<string, Waiting>();
  let left = pieceSize;
  let since = performance.now();
  for (const { address, mailbox } of mailboxes) {
    const head = mailbox.at(0);
    if (head !== undefined) {
      const known = all.get(address.typename);
      if (known === undefined) {
        all.set(address.typename, { messages: mailbox.length, oldest: head.number });
      } else {
        known.messages += mailbox.length;
        known.oldest = Math.min(known.oldest, head.number);
      }
    }
    if (--left > 0) continue;
    left = pieceSize;
    if (performance.now() - since < turnMs) continue;
    await new Promise<void>((resolve) => options.defer(resolve));
    since = performance.now();
  }
  return all;
}
