import { StateFunError } from "../../internal/errors.ts";
import { rememberResult, resultOf } from "../actions/action-keys.ts";
import { writeActivity } from "../actions/activity.ts";
import { assertOrderedBy } from "../actions/order-checks.ts";
import { windowRecords } from "../commit/in-windows.ts";
import type { ActionResult, OrderedBy } from "../contract/actions.ts";
import type { Position } from "../contract/records.ts";
import { type ImportMark, type ImportMarks, importSource, marksText } from "../holding/marks.ts";
import type { Partition } from "../partition.ts";
import { alone } from "./alone.ts";
import { applied, type Removal, removalsOf, snapshotOf } from "./brought.ts";

const action = { kind: "abandon-import" } as const;

/**
 * Takes away what an unfinished import has written, so that the store is as it was before, with what has come since. It is written down
 * first: after a crash in the middle the import cannot be completed, and this is repeated. Who has ordered it is written down with the end.
 */
export async function abandonImport(
  partition: Partition,
  signal: AbortSignal,
  by?: OrderedBy,
): Promise<ActionResult> {
  const { hold, ingress, journal } = partition;
  if (by !== undefined) assertOrderedBy(by);
  ingress.assertOpen();
  const known = by && resultOf(partition, { ...by, action });
  if (known !== undefined) {
    await journal.flush();
    return known;
  }
  if (hold.isTaken) throw new StateFunError("busy", "an import is at work: wait for its end");
  const mark = hold.unfinished;
  if (mark === undefined) {
    const nothing = { isDuplicate: false, count: 0 };
    if (by !== undefined) rememberResult(partition, { ...by, action }, nothing);
    await journal.flush();
    return nothing;
  }
  if (mark.replace) {
    const text = `import ${mark.sha256} has begun to replace what was here, which is gone: complete it, or begin with a backup`;
    throw new StateFunError("conflict", text);
  }
  if (mark.isWritten === true) {
    const text = `import ${mark.sha256} was interrupted while its last lines were stored: complete it, which takes a moment`;
    throw new StateFunError("conflict", text);
  }
  const result = { isDuplicate: false, count: 1 };
  await alone(partition, async () => {
    const { done } = hold.marks;
    const begun = { ...mark, isAbandoned: true };
    await saved(partition, { done, unfinished: begun }, signal);
    await removed(partition, mark, signal);
    await saved(partition, { done, unfinished: undefined }, signal, () => {
      if (by !== undefined) recorded(partition, by, mark, result);
    });
    return [];
  });
  return result;
}

/** In the open window. */
function recorded(
  partition: Partition,
  by: OrderedBy,
  { sha256 }: ImportMark,
  result: ActionResult,
): void {
  const { who, why } = by;
  const { kind } = action;
  rememberResult(partition, { ...by, action }, result);
  writeActivity(partition, { who, why, action: kind, sha256, result: { count: result.count } });
  const { observer, kind: engine = "embedded" } = partition.options;
  observer?.operated?.({ engine, action: kind, address: undefined, who });
}

/** Resolves when it survives a crash. */
async function saved(
  partition: Partition,
  marks: ImportMarks,
  signal: AbortSignal,
  also: () => void = () => {},
): Promise<void> {
  const { journal } = partition;
  const save = (): void => {
    journal.window.positions.set(importSource, marksText(marks));
    also();
  };
  await applied(partition, [], save, signal);
  partition.hold.marks = marks;
}

async function removed(partition: Partition, mark: ImportMark, signal: AbortSignal): Promise<void> {
  const snapshot = await snapshotOf(partition);
  try {
    let removals: Removal[] = [];
    const { offset, upTo, cellsBefore } = mark;
    const brought = {
      after: offset,
      isNumber: (number: Position) => number > offset && number <= upTo,
      isCell: (cell: number) => cell > cellsBefore,
    };
    for (const page of removalsOf(partition, snapshot, brought)) {
      removals.push(...page);
      // Others have their turn in between.
      await new Promise<void>((resolve) => partition.options.defer(resolve));
      signal.throwIfAborted();
      if (removals.length < windowRecords) continue;
      await takenAway(partition, removals, signal);
      removals = [];
    }
    await takenAway(partition, removals, signal);
  } finally {
    snapshot.close();
  }
}

function takenAway(
  partition: Partition,
  removals: readonly Removal[],
  signal: AbortSignal,
): Promise<void> {
  const { journal } = partition;
  const take = (): void => {
    for (const { from } of removals) from(journal.window);
  };
  return applied(partition, removals, take, signal);
}
