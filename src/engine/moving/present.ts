import { callerTypename } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { keyOf } from "../commit/pending-message.ts";
import type { AcceptedRecord, Position, TimerRecord } from "../contract/records.ts";
import type { Partition } from "../partition.ts";

/** Timers may be large: a few at a time. */
const timersAtOnce = 8;

/** What was here when the import began: what has come since has greater numbers, and greater cells. */
export interface Before {
  readonly before: Position;
  readonly cellsBefore: number;
}

/** Whether an instance was here: it has a state that has not expired, a waiting message, or a timer of its own. */
export function isPresent(partition: Partition, address: WireAddress, until: Before): boolean {
  const { mailboxes, options, journal } = partition;
  const head = mailboxes.find(address)?.mailbox.at(0);
  if (head !== undefined && head.number <= until.before) return true;
  if (until.before > 0 && timersBefore(partition, address, until).next().done !== true) return true;
  if (until.cellsBefore === 0) return false;
  const { store } = options;
  const now = journal.now();
  return store.stateNames(address).some((name) => {
    const expiresAt = store.state(address, name)?.expiresAt;
    return expiresAt === undefined || expiresAt > now;
  });
}

/** What an idempotency key was used for. Like a state, one that has expired is there only until it is swept. */
export function keyPresent(
  { options: { store }, journal }: Partition,
  target: WireAddress,
  key: string,
): AcceptedRecord | undefined {
  const record = store.accepted(target, key);
  return record !== undefined && record.expiresAt > journal.now() ? record : undefined;
}

/** Whether a call has another idempotency key here: two keys cannot have one call. */
export function isCallOfOther(
  { options: { store } }: Partition,
  { target, key, call }: Pick<AcceptedRecord, "target" | "key" | "call">,
): boolean {
  const there = call === undefined ? undefined : store.acceptedCall(call);
  return there !== undefined && (there.key !== key || keyOf(there.target) !== keyOf(target));
}

/** Takes all of it away, in the open window: what has come since stays. Nothing of it runs. */
export function removePresent(partition: Partition, address: WireAddress, until: Before): void {
  removeStates(partition, address, until);
  const { mailboxes, runner, journal, calls } = partition;
  const actor = mailboxes.find(address);
  let head = actor?.mailbox.at(0);
  if (actor !== undefined && head !== undefined && head.number <= until.before) {
    runner.withdraw(actor);
    actor.waiting?.();
    actor.waiting = undefined;
    actor.pauses = 0;
  }
  while (actor !== undefined && head !== undefined && head.number <= until.before) {
    mailboxes.shift(actor);
    const { code, message: reason } = replaced();
    const { caller } = head;
    if (caller?.typename === callerTypename)
      calls.settle(caller.id, { kind: "error", code, reason });
    head = actor.mailbox.at(0);
  }
  for (const timer of timersBefore(partition, address, until)) journal.window.removeTimer(timer);
}

/** The states alone: of an instance that is not here, those that have expired and are not swept yet. */
export function removeStates(
  { options: { store }, journal }: Partition,
  address: WireAddress,
  { cellsBefore }: Before,
): void {
  if (cellsBefore === 0) return;
  for (const name of store.stateNames(address)) {
    const cell = store.cellOf(address, name);
    if (cell === undefined || cell > cellsBefore) continue;
    const gone = { cell, address, name, value: undefined, expiresAt: undefined };
    journal.window.cells.set(cell, gone);
  }
}

function* timersBefore(
  { options: { store }, timers }: Partition,
  address: WireAddress,
  { before }: Before,
): Generator<TimerRecord> {
  const owner = timers.ownerOf(address);
  let page = store.timersOf(owner, timersAtOnce);
  while (page.length > 0) {
    for (const timer of page) {
      if (timer.number > before) return;
      // On some platforms all functions with one id have their tokens together.
      if ((timer.caller ?? timer.target).typename === address.typename) yield timer;
    }
    page = store.timersOf(owner, timersAtOnce, page.at(-1)?.number);
  }
}

function replaced(): StateFunError {
  return new StateFunError("conflict", "an import has replaced the instance and its messages");
}
