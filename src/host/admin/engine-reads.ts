import type { Engine } from "../../engine/contract/engine.ts";
import type { Position } from "../../engine/contract/records.ts";
import type { Partition } from "../../engine/partition.ts";
import { groupDead } from "../../engine/views/dead-groups.ts";
import { listDead, listNewestDead } from "../../engine/views/dead-list.ts";
import { listInstances } from "../../engine/views/instance-list.ts";
import { rowOf } from "../../engine/views/instance-row.ts";
import { listNewestKept } from "../../engine/views/newest-kept.ts";
import { listTimers } from "../../engine/views/timer-list.ts";
import { listTroubles } from "../../engine/views/trouble-list.ts";
import type { AdminHost } from "../../surface/admin/admin-host.ts";

/** The part of `AdminHost` that reads one engine. */
type EngineReads = Required<
  Pick<
    AdminHost,
    | "instances"
    | "instance"
    | "timers"
    | "deadLetters"
    | "newestDeadLetters"
    | "newestKept"
    | "deadGroups"
    | "troubles"
  >
>;

/** What an operator sees of an engine of this process. */
export function engineReads(engine: () => Engine): EngineReads {
  /** Nothing is shown that a crash could take back. */
  const durable = async <T>(read: (partition: Partition) => T | Promise<T>): Promise<T> => {
    const seen = engine();
    const result = await read(seen.partition);
    await seen.flush();
    return result;
  };
  /** Dead letters of the open window are in no store yet. */
  const flushed = async <T>(read: (partition: Partition) => T | Promise<T>): Promise<T> => {
    await engine().flush();
    return durable(read);
  };
  return {
    instances: (want) => durable((partition) => listInstances(partition, want)),
    instance: ({ typename, id }) => durable((partition) => rowOf(partition, typename, id)),
    timers: (want) => durable((partition) => listTimers(partition, want)),
    deadLetters: (...asked) => flushed(({ options: { store } }) => listDead(store, ...asked)),
    newestDeadLetters: (filter, before, ...asked) =>
      flushed((partition) =>
        listNewestDead(partition.options.store, filter, belowAll(partition, before), ...asked),
      ),
    newestKept: (egress, before, ...asked) =>
      durable((partition) => {
        const page = (after: Position, count: number) => engine().kept(egress, after, count);
        return listNewestKept(page, belowAll(partition, before), ...asked);
      }),
    deadGroups: (filter) => flushed(({ options: { store } }) => groupDead(store, filter)),
    troubles: (limit) => durable((partition) => listTroubles(partition, limit)),
  };
}

/** There is nothing behind the last number that was given out. */
function belowAll({ journal }: Partition, before: Position): Position {
  return Math.min(before, journal.durableNumber + 1);
}
