import type { Engine } from "../../engine/contract/engine.ts";
import type { Partition } from "../../engine/partition.ts";
import { groupDead } from "../../engine/views/dead-groups.ts";
import { listDead } from "../../engine/views/dead-list.ts";
import { listInstances } from "../../engine/views/instance-list.ts";
import { rowOf } from "../../engine/views/instance-row.ts";
import { listTimers } from "../../engine/views/timer-list.ts";
import { listTroubles } from "../../engine/views/trouble-list.ts";
import type { AdminHost } from "../../surface/admin/admin-host.ts";

/** The part of `AdminHost` that reads one engine. */
type EngineReads = Required<
  Pick<AdminHost, "instances" | "instance" | "timers" | "deadLetters" | "deadGroups" | "troubles">
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
    deadGroups: () => flushed(({ options: { store } }) => groupDead(store)),
    troubles: (limit) => durable((partition) => listTroubles(partition, limit)),
  };
}
