import { valueBytes } from "../../model/message-bytes.ts";
import type { StateSizes } from "../contract/address-reads.ts";
import type { InstanceRow } from "../contract/instances.ts";
import { allCells, type Cells } from "../mailboxes/cells.ts";
import type { Instance } from "../mailboxes/instance.ts";
import { hasTimer } from "../mailboxes/instance-parts.ts";
import type { Partition } from "../partition.ts";
import { troubleOf } from "./standstill.ts";

/** What an instance has at this moment; undefined where it has nothing, and is not paused by itself. */
export function rowOf(partition: Partition, typename: string, id: string): InstanceRow | undefined {
  const { mailboxes, ages } = partition;
  const instance = mailboxes.ofFunction(typename)?.get(id);
  const { states, bytes } = sizesOf(partition, { typename, id }, instance);
  const waiting = instance?.mailbox.length ?? 0;
  const isPaused = partition.pauses.has({ typename, id });
  const hasSomething =
    states > 0 ||
    waiting > 0 ||
    partition.pauses.get({ typename, id }) !== undefined ||
    hasTimer(partition, { typename, id });
  if (!hasSomething) return undefined;
  const head = instance?.mailbox.at(0);
  return {
    id,
    waiting,
    oldestMs: head && ages.ageOf(head.number),
    isRunning: instance?.isRunning === true,
    isPaused,
    states,
    stateBytes: bytes,
    trouble: instance && troubleOf(partition, instance),
  };
}

function sizesOf(
  { options: { store }, journal }: Partition,
  address: Instance["address"],
  instance: Instance | undefined,
): StateSizes {
  // What is in memory may be ahead of the store.
  if (instance?.cells !== undefined) return sizesIn(instance.cells, journal.now());
  const sizes = store.addresses?.sizes(address, journal.now());
  return sizes ?? { states: store.stateNames(address).length, bytes: undefined };
}

function sizesIn(cells: Cells, time: number): StateSizes {
  let [states, bytes] = [0, 0];
  for (const { held, expiresAt } of allCells(cells)) {
    if (held === undefined || (expiresAt ?? Number.POSITIVE_INFINITY) <= time) continue;
    states += 1;
    bytes += typeof held === "string" ? held.length : valueBytes(held);
  }
  return { states, bytes };
}
