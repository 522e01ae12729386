import type { InstanceRow, InstancesPage, InstancesWant } from "../contract/instances.ts";
import type { Partition } from "../partition.ts";
import { cursorOf, idOfCursor } from "./id-cursor.ts";
import { rowOf } from "./instance-row.ts";
import { idsBehind } from "./known-ids.ts";
import { Turns } from "./turns.ts";

/** Ids of a store that are read at one time. */
const pageSize = 512;

/**
 * Instances that have a state, a waiting message or a timer, or are paused by themselves, by their ids in the order of UTF-8. What is there all the time
 * comes exactly once over all pages, whatever happens between: what is behind an id is looked for in the store and in memory
 * in one turn. Each row is of its own moment.
 */
export async function listInstances(
  partition: Partition,
  want: InstancesWant,
): Promise<InstancesPage> {
  const { typename, prefix = "", limit, is } = want;
  const turns = new Turns();
  const rows: InstanceRow[] = [];
  let after = want.after === undefined ? undefined : idOfCursor(want.after);
  for (;;) {
    const asked = { typename, prefix, after, is, limit: Math.min(pageSize, limit + 1) };
    const { ids, isEnd, end } = await idsBehind(partition, asked, turns);
    for (const id of ids) {
      // These are not looked for again: that may take longer than a turn.
      if (turns.isOver) await turns.next();
      const row = rowOf(partition, typename, id);
      if (row === undefined || !isWanted(row, is)) continue;
      // One more says that there is another page.
      if (rows.length === limit) return { instances: rows, next: cursorOf(rows.at(-1)?.id ?? "") };
      rows.push(row);
    }
    if (isEnd) return { instances: rows, next: undefined };
    after = end;
  }
}

function isWanted({ trouble, waiting, isPaused }: InstanceRow, is: InstancesWant["is"]): boolean {
  if (is === "troubled") return trouble !== undefined;
  if (is === "waiting") return waiting > 0;
  return is !== "paused" || isPaused;
}
