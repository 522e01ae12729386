import { StateFunError } from "../internal/errors.ts";
import type { Partition } from "./partition.ts";

/** The end in good order: nothing new, what runs may end, what is committed may leave. Rejects if the store has failed. */
export async function close(partition: Partition, drainMs: number): Promise<void> {
  const { ingress, runner, timers, journal, egresses, linksOut, calls, options, recovery } =
    partition;
  ingress.close();
  runner.close();
  timers.stop();
  if (!journal.isStopped) {
    if (drainMs > 0) await drained(partition, drainMs);
    recovery.pardon();
    egresses.stop();
    linksOut?.stop();
    // What a crash has left nobody has looked at yet.
    if (!partition.isAfterCrash || partition.hasSettled) journal.end();
    await journal.flush().catch(() => {});
    reportLosses(partition);
  }
  const error = new StateFunError("draining", "the runtime is closed");
  calls.stop(error);
  journal.stop(error);
  options.store.close();
  partition.end(journal.broken);
  if (journal.broken !== undefined) throw journal.broken;
}

/** Waits for what runs and for what can be delivered, but not for longer than this. */
async function drained(partition: Partition, drainMs: number): Promise<void> {
  const { runner, journal, egresses, options } = partition;
  let cancel: (() => void) | undefined;
  const isOver = new Promise<void>((resolve) => {
    cancel = options.clock.after(drainMs, resolve);
  });
  const isDone = partition.until(
    () => journal.isStopped || (runner.isIdle && journal.isSettled && egresses.isDrained),
  );
  await Promise.race([isDone, isOver]);
  cancel?.();
}

/** A store that ends with the process takes with it what was accepted and not done: that is said. */
function reportLosses({ options, mailboxes, journal }: Partition): void {
  const { store, onError } = options;
  if (options.isVolatile !== true || journal.isStopped) return;
  const records = store.unsentEgresses();
  const isTimerLeft = store.nextDue() !== undefined;
  if (mailboxes.pending === 0 && records.length === 0 && !isTimerLeft) return;
  const { pending } = mailboxes;
  const what = [
    ...(pending > 0 ? [`${pending} unhandled message${pending === 1 ? "" : "s"}`] : []),
    ...(isTimerLeft ? ["delayed messages that are not due"] : []),
    ...records.map((egress) => `records of egress ${egress} not delivered`),
  ].join(", ");
  const text = `closed with ${what}: they are lost`;
  onError(new StateFunError("draining", text), {});
}
