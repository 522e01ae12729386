import { orAborted } from "../../internal/deadline.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { OpenWindow } from "../commit/window.ts";
import type { AcceptedRecord, Position } from "../contract/records.ts";
import type { StoreSnapshot } from "../contract/snapshot.ts";
import type { Partition } from "../partition.ts";

/** Records that are read at a time. */
const pageRows = 256;

/** What an import has brought, by the numbers and cells that it was given. */
export interface Brought {
  /** None of its numbers is smaller. */
  readonly after: Position;
  readonly isNumber: (number: Position) => boolean;
  readonly isCell: (cell: number) => boolean;
}

/** How one record is taken away. */
export interface Removal {
  /** In the open window. */
  readonly from: (window: OpenWindow) => void;
  /** Whose state it is. */
  readonly of?: WireAddress;
  /** For a message, which may be in a mailbox. */
  readonly mail?: { readonly number: Position; readonly target: WireAddress };
  /** @default false */
  readonly isTimer?: boolean;
  /** An idempotency key. */
  readonly key?: AcceptedRecord;
}

/** The partition as it is now. `names` are ids that a store may not know, `isNeeded` the cells whose ids it has to know. */
export async function snapshotOf(
  { options: { store } }: Partition,
  ...how: Parameters<NonNullable<typeof store.snapshot>>
): Promise<StoreSnapshot> {
  const snapshot = await store.snapshot?.(...how);
  if (snapshot !== undefined) return snapshot;
  throw new StateFunError("unsupported", "this store cannot be read at one moment");
}

/** Does this in the open window, and resolves when it survives a crash; with a signal that ends, at once. */
export async function applied(
  { journal, mailboxes }: Partition,
  removals: readonly Removal[],
  apply: () => void,
  signal?: AbortSignal,
): Promise<void> {
  // Nothing may be applied while the store refuses a window.
  const opened = journal.opened();
  if (opened !== undefined) await orAborted(opened, signal);
  if (journal.isStopped) throw journal.failure;
  journal.guard(apply);
  journal.touch();
  await orAborted(journal.flush(), signal);
  // A view may have read them before the commit.
  for (const { of } of removals) if (of !== undefined) mailboxes.forgetStates(of);
}

/** All of that, some at a time. What has no number and no cell is not among it. */
export function* removalsOf(
  { options: { store }, calls }: Partition,
  snapshot: StoreSnapshot,
  { after: first, isNumber, isCell }: Brought,
): Generator<readonly Removal[]> {
  for (
    let page = snapshot.instances(undefined, pageRows);
    page.length > 0;
    page = snapshot.instances(page.at(-1)?.address, pageRows)
  ) {
    yield page.flatMap(({ address, states }) =>
      [...states.keys()].flatMap((name): Removal[] => {
        const cell = store.cellOf(address, name);
        if (cell === undefined || !isCell(cell)) return [];
        const gone = { cell, address, name, value: undefined, expiresAt: undefined };
        return [{ from: ({ cells }) => cells.set(cell, gone), of: address }];
      }),
    );
  }
  const removals = <T extends { readonly number: Position }>(
    read: (after: Position, limit: number) => readonly T[],
    remove: (record: T) => Removal,
  ): Generator<readonly Removal[]> => numbered(read, first, isNumber, remove);
  yield* removals(
    (after, limit) => snapshot.messages(after, limit),
    ({ number, target }) => ({
      from: (window) => window.removeStored(number),
      mail: { number, target },
    }),
  );
  yield* removals(
    (after, limit) => snapshot.timers(after, limit),
    (timer) => ({ from: (window) => window.removeTimer(timer), isTimer: true }),
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
    (record) => ({
      from: () => calls.accept({ ...record, expiresAt: 0, outcome: undefined }),
      key: record,
    }),
  );
}

function* numbered<T extends { readonly number: Position }>(
  read: (after: Position, limit: number) => readonly T[],
  first: Position,
  isNumber: Brought["isNumber"],
  remove: (record: T) => Removal,
): Generator<readonly Removal[]> {
  for (
    let page = read(first, pageRows);
    page.length > 0;
    page = read(page.at(-1)?.number ?? first, pageRows)
  ) {
    yield page.filter(({ number }) => isNumber(number)).map(remove);
  }
}
