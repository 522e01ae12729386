import { bytesFromText } from "../../internal/bytes.ts";
import type { ActionResult, Order } from "../contract/actions.ts";
import type { Partition } from "../partition.ts";
import { withoutValue } from "./action-keys.ts";

const activityTypename = "statefun/Activity";

/** Writes what was done to the kept egress `statefun/activity`, in the window of the action itself. */
export function recordActivity(
  partition: Partition,
  { action, who, why }: Order,
  { count, next, id }: ActionResult,
): void {
  const { kind, ...about } = { ...withoutValue(action), kind: action.kind };
  writeActivity(partition, { who, why, action: kind, ...about, result: { count, next, id } });
}

/** What stands in every record; what is beside it depends on the action. */
interface Activity extends Readonly<Record<string, unknown>> {
  readonly who: string;
  readonly why: string | undefined;
  readonly action: string;
}

/** What an operator did, of whatever kind, in the open window. */
export function writeActivity({ egresses, journal }: Partition, activity: Activity): void {
  const bytes = bytesFromText(JSON.stringify({ atMs: journal.now(), ...activity }));
  egresses.record({ typename: activityTypename, bytes, headers: [] });
}
