import type { Position, TimerRecord } from "../contract/records.ts";
import type { Timers } from "../timers.ts";

/** A timer as this engine has it. Who can cancel it follows from who has set it: what an export says of that may be of another engine, or be wrong. */
export function importedTimer(
  timers: Pick<Timers, "ownerOf">,
  record: TimerRecord,
  number: Position,
): TimerRecord {
  const isOwned = record.owner !== undefined || record.token !== undefined;
  const owner = isOwned ? timers.ownerOf(record.caller ?? record.target) : undefined;
  return { ...record, owner, number };
}
