import { bytesFromText } from "../../internal/bytes.ts";
import type { ActionResult, Order } from "../contract/actions.ts";
import type { Partition } from "../partition.ts";
import { withoutValue } from "./action-keys.ts";

const activityTypename = "statefun/Activity";

/** Writes what was done to the kept egress `statefun/activity`, in the window of the action itself. */
export function recordActivity(
  { egresses, journal }: Partition,
  { action, who, why }: Order,
  { count, next, id }: ActionResult,
): void {
  const { kind, ...about } = { ...withoutValue(action), kind: action.kind };
  const result = { count, next, id };
  const record = { atMs: journal.now(), who, why, action: kind, ...about, result };
  const bytes = bytesFromText(JSON.stringify(record));
  egresses.record({ typename: activityTypename, bytes, headers: [] });
}
