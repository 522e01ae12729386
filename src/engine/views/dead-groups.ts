import type { DeadFilter } from "../contract/actions.ts";
import type { DeadGroup, DeadHead } from "../contract/records.ts";
import type { Store } from "../contract/store.ts";
import { eachHead, isMatch } from "./dead-list.ts";

/** Reasons that are kept apart; then functions and codes alone, and at last nothing. 500 groups in all. */
const maxReasons = 400;
const maxCodes = 99;

/** Dead letters for which a filter holds, by what happened to them, most first. */
export async function groupDead(store: Store, filter: DeadFilter): Promise<readonly DeadGroup[]> {
  const groups = new Map<string, DeadGroup>();
  await eachHead(store, filter.typename, -1, (head) => {
    if (!isMatch(head, filter)) return true;
    const [key, as] = placeOf(groups, head);
    groups.set(key, joined(groups.get(key), as));
    return true;
  });
  return [...groups.values()].sort((left, right) => right.count - left.count);
}

function placeOf(groups: ReadonlyMap<string, DeadGroup>, head: DeadHead): [string, DeadHead] {
  const { typename, egress, code, reason } = head;
  const subject = [typename, egress ?? null, code];
  const exact = JSON.stringify([...subject, patternOf(reason)]);
  if (groups.has(exact) || groups.size < maxReasons) return [exact, head];
  const coarse = JSON.stringify(subject);
  const other = { ...head, reason: "(other reasons)" };
  if (groups.has(coarse) || groups.size < maxReasons + maxCodes) return [coarse, other];
  return ["", { ...other, typename: "(others)", egress: undefined, code: "(others)" }];
}

function joined(group: DeadGroup | undefined, head: DeadHead): DeadGroup {
  const { typename, egress, code, reason, failedAt } = head;
  if (group === undefined) {
    return { typename, egress, code, reason, count: 1, firstAt: failedAt, lastAt: failedAt };
  }
  return {
    ...group,
    count: group.count + 1,
    firstAt: Math.min(group.firstAt, failedAt),
    lastAt: Math.max(group.lastAt, failedAt),
  };
}

/** What is left of a reason when numbers, ids and quoted parts are taken out. */
function patternOf(reason: string): string {
  const short = reason.slice(0, 500);
  return short.replace(/"[^"]*"|'[^']*'|[0-9a-f-]*\d[0-9a-f-]*/gi, "#");
}
