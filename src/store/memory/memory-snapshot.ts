import type { StoreSnapshot } from "../../engine/contract/snapshot.ts";
import { ListedSnapshot } from "../snapshot/listed-snapshot.ts";
import type { MemoryData } from "./memory-data.ts";

/** Lists of what is there now. Until they are closed a window puts other records in the place of these, and changes none. */
export function snapshotOf(data: MemoryData): StoreSnapshot {
  const { time, lastNumber } = data.opened;
  return new ListedSnapshot({
    time,
    lastNumber,
    instances: data.cells.instances(),
    messages: data.messages.all(),
    timers: data.timers.all(),
    records: data.egress.all(),
    dead: data.dead.all(),
    accepted: data.accepted.all(),
    positions: data.links.positions(),
    paused: data.paused.all(),
    onClose: () => data.cells.release(),
  });
}
