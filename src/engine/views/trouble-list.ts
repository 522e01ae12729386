import type { InstanceTrouble, Trouble } from "../contract/instances.ts";
import type { Position } from "../contract/records.ts";
import type { Instance } from "../mailboxes/instance.ts";
import type { Partition } from "../partition.ts";
import { kindOf, troubledOf, troubleOf } from "./standstill.ts";
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

/** How bad it is: by kind, by attempts, by age. */
type Badness = readonly [kind: number, attempts: number, number: Position];

interface Troubled {
  readonly instance: Instance;
  readonly badness: Badness;
}

/** Instances that stand still, of all functions, worst first; the more attempts the worse, and then the older the worse. */
export async function listTroubles(
  partition: Partition,
  limit: number,
): Promise<readonly InstanceTrouble[]> {
  const turns = new Turns();
  const worst: Troubled[] = [];
  let count = 0;
  for (const instance of troubledOf(partition, undefined)) {
    // There may be a million of them: a text is made of those alone that are shown.
    if (instance !== undefined) add(worst, partition, instance, limit);
    if (++count % 64 === 0 && turns.isOver) await turns.next();
  }
  return worst.flatMap(({ instance }) => {
    const trouble = troubleOf(partition, instance);
    return trouble === undefined ? [] : [{ ...instance.address, ...trouble }];
  });
}

/** Puts one among the worst, in order, if it is one of them. */
function add(worst: Troubled[], partition: Partition, instance: Instance, limit: number): void {
  const badness = badnessOf(partition, instance);
  if (badness === undefined) return;
  const least = worst.length < limit ? undefined : worst.at(-1);
  if (least !== undefined && compare(badness, least.badness) >= 0) return;
  // One that has moved meanwhile comes twice.
  const before = worst.findIndex((one) => one.instance === instance);
  if (before >= 0) worst.splice(before, 1);
  const place = worst.findIndex((one) => compare(badness, one.badness) < 0);
  worst.splice(place < 0 ? worst.length : place, 0, { instance, badness });
  if (worst.length > limit) worst.pop();
}

function badnessOf(partition: Partition, instance: Instance): Badness | undefined {
  const kind = kindOf(partition, instance);
  const head = instance.mailbox.at(0);
  if (kind === undefined || head === undefined) return undefined;
  return [order.indexOf(kind), head.attempts + head.crashes, head.number];
}

function compare(left: Badness, right: Badness): number {
  return left[0] - right[0] || right[1] - left[1] || left[2] - right[2];
}
