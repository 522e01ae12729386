import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { allCells, cellOf, valueIn } from "../mailboxes/cells.ts";
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
  const { mailboxes, journal, ingress, owed, hold } = partition;
  ingress.assertOpen();
  hold.assertNoImport("no state is upgraded");
  const actor = mailboxes.actor(address);
  const written = [...allCells(mailboxes.cellsOf(actor))].flatMap((cell) => {
    const isExpired = (cell.expiresAt ?? Number.POSITIVE_INFINITY) <= journal.now();
    const before = isExpired ? undefined : valueIn(cell);
    const value = before && rewrite(cell.name, before);
    return value === undefined ? [] : [{ ...cell, value }];
  });
  if (written.length > 0) owed?.startOwnWork();
  for (const { cell, name, value, expiresAt } of written) {
    mailboxes.put(actor, cellOf(cell, name, value, expiresAt));
    const { window } = journal;
    window.renewed.delete(cell);
    window.cells.set(cell, { cell, address: actor.address, name, value, expiresAt });
  }
  if (written.length > 0) journal.touch();
  return written.length;
}
