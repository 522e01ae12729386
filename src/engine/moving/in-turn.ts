import type { Partition } from "../partition.ts";

/** What is at work now, or failed. */
const turns = new WeakMap<Partition, Promise<unknown>>();

/**
 * Does one work of a move after another in a partition. A request that was given up may still be at work when it is repeated: both would
 * find the same mark, and write the same records.
 */
export function inTurn<T>(partition: Partition, work: () => Promise<T>): Promise<T> {
  const before = turns.get(partition) ?? Promise.resolve();
  const turn = before.then(work, work);
  turns.set(partition, turn);
  // Whoever has asked for it gets it.
  turn.catch(() => {});
  return turn;
}
