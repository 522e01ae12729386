import type { Position } from "../../engine/contract/records.ts";
import type { Partition } from "../../engine/partition.ts";
import { maxNames, others } from "./bounded-names.ts";

/** How long others wait while mailboxes are counted. */
const turnMs = 4;
/** Mailboxes between two looks at the clock. */
const pieceSize = 2_000;

/** What waits for a function. */
export interface Waiting {
  messages: number;
  /** Instances whose handler runs: what it was given still waits. */
  running: number;
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
  for (const { address, mailbox, isRunning } of mailboxes) {
    const head = mailbox.at(0);
    const running = Number(isRunning);
    if (head !== undefined) {
      const known = all.get(address.typename);
      if (known === undefined) {
        all.set(address.typename, { messages: mailbox.length, running, oldest: head.number });
      } else {
        known.messages += mailbox.length;
        known.running += running;
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

/**
 * The same by these names, which are of the application, and by those that something waits for, in order. From `maxNames` on, what
 * waits for further ones counts together. Undefined where nothing waits.
 */
export function byName(
  waiting: ReadonlyMap<string, Waiting>,
  known: Iterable<string>,
): readonly (readonly [typename: string, waiting: Waiting | undefined])[] {
  const names = new Set(known);
  for (const name of waiting.keys()) {
    if (!names.has(name)) names.add(names.size < maxNames ? name : others);
  }
  const there = folded(waiting, names);
  return [...names].sort().map((name) => [name, there.get(name)]);
}

/** What waits by these names, and for all others together. */
function folded(
  waiting: ReadonlyMap<string, Waiting>,
  names: ReadonlySet<string>,
): ReadonlyMap<string, Waiting> {
  const all = new Map<string, Waiting>();
  for (const [typename, one] of waiting) {
    const name = names.has(typename) ? typename : others;
    const known = all.get(name);
    all.set(name, {
      messages: (known?.messages ?? 0) + one.messages,
      running: (known?.running ?? 0) + one.running,
      oldest: Math.min(known?.oldest ?? one.oldest, one.oldest),
    });
  }
  return all;
}
