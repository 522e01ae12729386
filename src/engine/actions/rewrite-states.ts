import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { allCells, valueIn } from "../mailboxes/cells.ts";
import type { Partition } from "../partition.ts";

/** A state in another form; undefined where it stays as it is. Called for those that have not expired. */
export type Rewrite = (name: string, value: WireValue) => WireValue | undefined;

/**
 * Gives the states of an instance another form, all of them or none, in one synchronous piece between two of its steps. When they expire
 * stays as it is, and nothing else changes. Resolves with their number when they are in the open window: `flush` says when they
 * survive a crash. Rejects with what `rewrite` throws, and with `store_failed` or `draining` from an engine that has ended.
 */
export function rewriteStates(
  partition: Partition,
  address: WireAddress,
  rewrite: Rewrite,
): Promise<number> {
  const actor = partition.mailboxes.find(address);
  return new Promise((resolve, reject) => {
    const run = (): void => {
      try {
        resolve(rewriteNow(partition, address, rewrite));
      } catch (error) {
        reject(error);
      }
    };
    // Each step has a deadline.
    if (actor?.isRunning === true) partition.runner.afterStep(actor, run);
    else run();
  });
}

function rewriteNow(partition: Partition, address: WireAddress, rewrite: Rewrite): number {
  const { mailboxes, journal, effects, ingress, owed } = partition;
  ingress.assertOpen();
  const actor = mailboxes.actor(address);
  const written = Array.from(allCells(mailboxes.cellsOf(actor)), (cell) => {
    const isExpired = (cell.expiresAt ?? Number.POSITIVE_INFINITY) <= journal.now();
    const before = isExpired ? undefined : valueIn(cell);
    return { name: cell.name, value: before && rewrite(cell.name, before) };
  }).filter(({ value }) => value !== undefined);
  if (written.length === 0) return 0;
  owed?.startOwnWork();
  for (const mutation of written) effects.rewrite(actor, mutation);
  journal.touch();
  return written.length;
}
