import type { Instance } from "../mailboxes/instance.ts";
import type { Partition } from "../partition.ts";
import { settle } from "../restart.ts";

/**
 * Does something to the store while nothing else runs, and goes on as after a start, unless an import is unfinished then. `work` gives the
 * instances that have got messages by it.
 */
export async function alone(
  partition: Partition,
  work: () => Promise<Iterable<Instance>>,
): Promise<void> {
  const { hold, journal, egresses } = partition;
  /** What the start has left for later, because of the import. */
  const isStart = hold.unfinished !== undefined && !partition.hasSettled;
  hold.isTaken = true;
  egresses.hold();
  try {
    const brought = await work();
    // Without functions nothing can be said about what came.
    if (!hold.isPaused) await settle(partition, isStart, isStart ? partition.mailboxes : brought);
  } finally {
    hold.isTaken = false;
    hold.imports++;
    if (!hold.isHeld && !journal.isStopped) goOn(partition);
  }
}

/** Steps, timers and deliveries go on, as after a start. */
function goOn({ runner, timers, egresses, recovery }: Partition): void {
  runner.pump();
  timers.arm();
  recovery.afterQuarantine(() => egresses.start());
}
