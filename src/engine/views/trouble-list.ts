import type { InstanceTrouble, Trouble } from "../contract/instances.ts";
import type { Instance } from "../mailboxes/instance.ts";
import type { Partition } from "../partition.ts";
import { troubledOf, troubleOf } from "./standstill.ts";
import { Turns } from "./turns.ts";

/** Worst first: what only a person can end, then what is tried again, then what waits for others. */
const order: readonly Trouble["kind"][] = [
  "state",
  "unbound",
  "retrying",
  "endpoint",
  "paused",
  "busy",
];

/** Instances that stand still, of all functions, worst first; the more attempts the worse, and then the older the worse. */
export async function listTroubles(
  partition: Partition,
  limit: number,
): Promise<readonly InstanceTrouble[]> {
  const turns = new Turns();
  // By instance: one that moves meanwhile comes twice.
  let worst = new Map<Instance, InstanceTrouble>();
  let count = 0;
  for (const instance of troubledOf(partition, undefined)) {
    if (instance !== undefined) {
      const trouble = troubleOf(partition, instance);
      if (trouble !== undefined) worst.set(instance, { ...instance.address, ...trouble });
    }
    // Sorted now and then: there may be a million of them.
    if (worst.size >= 2 * limit + 1_000) worst = new Map(worstOf(worst, limit));
    if (++count % 64 === 0 && turns.isOver) await turns.next();
  }
  return worstOf(worst, limit).map(([, trouble]) => trouble);
}

function worstOf<T>(troubles: ReadonlyMap<T, InstanceTrouble>, limit: number) {
  return [...troubles].sort(([, left], [, right]) => byBadness(left, right)).slice(0, limit);
}

function byBadness(left: Trouble, right: Trouble): number {
  return (
    order.indexOf(left.kind) - order.indexOf(right.kind) ||
    right.attempts - left.attempts ||
    left.number - right.number
  );
}
