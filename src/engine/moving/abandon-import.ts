import { orAborted } from "../../internal/deadline.ts";
import { StateFunError } from "../../internal/errors.ts";
import { windowRecords } from "../commit/in-windows.ts";
import type { OpenWindow } from "../commit/window.ts";
import type { Position } from "../contract/records.ts";
import type { StoreSnapshot } from "../contract/snapshot.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { type ImportMark, type ImportMarks, importSource, marksText } from "../holding/marks.ts";
import type { Partition } from "../partition.ts";
import { alone } from "./alone.ts";

/** Records that are read at a time. */
const pageRows = 256;

/** How one record is taken away. */
interface Removal {
  /** In the open window. */
  readonly from: (window: OpenWindow) => void;
  /** Whose state it is. */
  readonly of?: WireAddress;
}

/**
 * Takes away what an unfinished import has written, so that the store is as it was before, with what has come since. It is written down
 * first: after a crash in the middle the import cannot be completed, and this is repeated. Resolves with whether there was one.
 */
export async function abandonImport(partition: Partition, signal: AbortSignal): Promise<boolean> {
  const { hold, ingress } = partition;
  ingress.assertOpen();
  if (hold.isTaken) throw new StateFunError("busy", "an import is at work: wait for its end");
  const mark = hold.unfinished;
  if (mark === undefined) return false;
  if (mark.replace) {
    const text = `import ${mark.sha256} has begun to replace what was here, which is gone: complete it, or begin with a backup`;
    throw new StateFunError("conflict", text);
  }
  await alone(partition, async () => {
    const { done } = hold.marks;
    const begun = { ...mark, isAbandoned: true };
    await saved(partition, { done, unfinished: begun }, signal);
    await removed(partition, mark, signal);
    await saved(partition, { done, unfinished: undefined }, signal);
    return [];
  });
  return true;
}

/** Resolves when it survives a crash. */
async function saved(partition: Partition, marks: ImportMarks, signal: AbortSignal): Promise<void> {
  await applied(
    partition,
    [{ from: (window) => window.positions.set(importSource, marksText(marks)) }],
    signal,
  );
  partition.hold.marks = marks;
}

async function removed(partition: Partition, mark: ImportMark, signal: AbortSignal): Promise<void> {
  const snapshot = await partition.options.store.snapshot?.();
  if (snapshot === undefined) {
    throw new StateFunError("unsupported", "this store cannot be read at one moment");
  }
  try {
    let removals: Removal[] = [];
    for (const page of pages(partition, snapshot, mark)) {
      removals.push(...page);
      // Others have their turn in between.
      await new Promise<void>((resolve) => partition.options.defer(resolve));
      signal.throwIfAborted();
      if (removals.length < windowRecords) continue;
      await applied(partition, removals, signal);
      removals = [];
    }
    await applied(partition, removals, signal);
  } finally {
    snapshot.close();
  }
}

async function applied(
  { journal, mailboxes }: Partition,
  removals: readonly Removal[],
  signal: AbortSignal,
): Promise<void> {
  // Nothing may be applied while the store refuses a window.
  const opened = journal.opened();
  if (opened !== undefined) await orAborted(opened, signal);
  if (journal.isStopped) throw journal.failure;
  journal.guard(() => {
    for (const { from } of removals) from(journal.window);
  });
  journal.touch();
  await orAborted(journal.flush(), signal);
  // A view may have read them before the commit.
  for (const { of } of removals) if (of !== undefined) mailboxes.forgetStates(of);
}

/** What the import has brought, by the numbers and cells that it was given. Positions and pauses come with its last window. */
function* pages(
  { options: { store }, calls }: Partition,
  snapshot: StoreSnapshot,
  { offset, upTo, cellsBefore }: ImportMark,
): Generator<readonly Removal[]> {
  const isBrought = ({ number }: { readonly number: Position }): boolean =>
    number > offset && number <= upTo;
  for (
    let page = snapshot.instances(undefined, pageRows);
    page.length > 0;
    page = snapshot.instances(page.at(-1)?.address, pageRows)
  ) {
    yield page.flatMap(({ address, states }) =>
      [...states.keys()].flatMap((name): Removal[] => {
        const cell = store.cellOf(address, name);
        if (cell === undefined || cell <= cellsBefore) return [];
        const gone = { cell, address, name, value: undefined, expiresAt: undefined };
        return [{ from: ({ cells }) => cells.set(cell, gone), of: address }];
      }),
    );
  }
  const removals = <T extends { readonly number: Position }>(
    read: (after: Position, limit: number) => readonly T[],
    remove: (record: T) => Removal,
  ): Generator<readonly Removal[]> => removalsOf(read, offset, isBrought, remove);
  yield* removals(
    (after, limit) => snapshot.messages(after, limit),
    ({ number }) => ({ from: (window) => window.removeStored(number) }),
  );
  yield* removals(
    (after, limit) => snapshot.timers(after, limit),
    (timer) => ({ from: (window) => window.removeTimer(timer) }),
  );
  yield* removals(
    (after, limit) => snapshot.records(after, limit),
    ({ number }) => ({ from: (window) => window.removeEgress([number]) }),
  );
  yield* removals(
    (after, limit) => snapshot.dead(after, limit),
    ({ number }) => ({ from: (window) => window.deadRemoved.add(number) }),
  );
  // A key that has expired counts as absent, and is swept.
  yield* removals(
    (after, limit) => snapshot.accepted(after, limit),
    (record) => ({ from: () => calls.accept({ ...record, expiresAt: 0, outcome: undefined }) }),
  );
}

function* removalsOf<T extends { readonly number: Position }>(
  read: (after: Position, limit: number) => readonly T[],
  offset: Position,
  isBrought: (record: T) => boolean,
  remove: (record: T) => Removal,
): Generator<readonly Removal[]> {
  for (
    let page = read(offset, pageRows);
    page.length > 0;
    page = read(page.at(-1)?.number ?? offset, pageRows)
  ) {
    yield page.filter(isBrought).map(remove);
  }
}
