import type { InstanceTrouble, Trouble } from "../contract/instances.ts";
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
  let worst: InstanceTrouble[] = [];
  let count = 0;
  for (const instance of troubledOf(partition, undefined)) {
    const trouble = troubleOf(partition, instance);
    if (trouble !== undefined) worst.push({ ...instance.address, ...trouble });
    // Sorted now and then: there may be a million of them.
    if (worst.length >= 2 * limit + 1_000) worst = worst.sort(byBadness).slice(0, limit);
    if (++count % 256 === 0 && turns.isOver) await turns.next();
  }
  return worst.sort(byBadness).slice(0, limit);
}

function byBadness(left: Trouble, right: Trouble): number {
  return (
    order.indexOf(left.kind) - order.indexOf(right.kind) ||
    right.attempts - left.attempts ||
    left.number - right.number
  );
}
