import { callerTypename } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { resume } from "../actions/pause-actions.ts";
import { windowRecords } from "../commit/in-windows.ts";
import { keyOf, type PendingMessage } from "../commit/pending-message.ts";
import type { PausedRecord } from "../contract/actions.ts";
import type { Position } from "../contract/records.ts";
import type { Instance } from "../mailboxes/instance.ts";
import type { Partition } from "../partition.ts";
import { applied, type Removal, removalsOf, snapshotOf } from "./brought.ts";
import { inTurn } from "./in-turn.ts";
import {
  isNameNote,
  isWithin,
  markOf,
  namesIn,
  newMark,
  type PartMark,
  pauseIn,
  saveMark,
} from "./part-mark.ts";

export interface AbandonPartWant {
  /** Of the export. */
  readonly sha256: string;
  /** Nothing is changed. */
  readonly isCheck: boolean;
}

/** Whether something of an import was here; "before": it is gone since an earlier request, which may not be written down anywhere. */
export type Abandoned = boolean | "before";

/**
 * Takes away what an import has brought to one partition among many, which a crash in the middle interrupts: then it cannot be completed, and
 * this is repeated. Nothing may run in the partition.
 */
export function abandonPart(partition: Partition, want: AbandonPartWant): Promise<Abandoned> {
  return inTurn(partition, () => abandonNow(partition, want));
}

async function abandonNow(
  partition: Partition,
  { sha256, isCheck }: AbandonPartWant,
): Promise<Abandoned> {
  await partition.journal.flush();
  const mark = markOf(partition, sha256);
  if (mark === undefined) return false;
  if (mark.isGone) return "before";
  const { numbers, cells } = mark;
  if (numbers === undefined || cells === undefined) {
    throw conflict(sha256, "was begun by an older version, which did not note what it brought");
  }
  if (mark.isReplaced) throw conflict(sha256, "has replaced what was here, which is gone");
  const isCell = (cell: number): boolean => isWithin(cells, cell);
  const snapshot = await snapshotOf(partition, namesIn(partition, sha256, mark), isCell);
  try {
    const removals: Removal[] = [];
    const brought = {
      after: mark.before,
      isNumber: (number: Position) => isWithin(numbers, number),
      isCell,
    };
    for (const page of removalsOf(partition, snapshot, brought)) {
      removals.push(...page.filter(({ key }) => key === undefined || !isNameNote(sha256, key)));
    }
    // States last: by them the directory has the object, and finds it again after a crash in the middle.
    removals.sort((left, right) => Number(left.of !== undefined) - Number(right.of !== undefined));
    const mail = removals.filter((one) => one.mail !== undefined || one.isTimer === true);
    if (!mark.isAbandoned && mail.length < mark.mail) {
      const text = "has run since, or operators have taken some of its messages away";
      throw conflict(sha256, text);
    }
    if (!isCheck) await remove(partition, sha256, mark, removals);
    return true;
  } finally {
    snapshot.close();
  }
}

function conflict(sha256: string, what: string): StateFunError {
  return new StateFunError("conflict", `import ${sha256} ${what}: it cannot be abandoned`);
}

async function remove(
  partition: Partition,
  sha256: string,
  mark: PartMark,
  removals: readonly Removal[],
): Promise<void> {
  const { journal } = partition;
  for (let from = 0; ; from += windowRecords) {
    const group = removals.slice(from, from + windowRecords);
    const isLast = from + windowRecords >= removals.length;
    await applied(partition, group, () => {
      // An export that was begun finds by it that something has changed.
      journal.nextNumber();
      takeMail(partition, group);
      for (const { from: take, mail, key } of group) {
        if (mail === undefined) take(journal.window);
        const paused = key && pauseIn(sha256, key);
        if (paused !== undefined) endPause(partition, paused);
      }
      const left = isLast ? { ...newMark(partition), number: mark.number, isGone: true } : mark;
      saveMark(partition, sha256, { ...left, isAbandoned: true });
    });
    if (isLast) return;
  }
}

/** Unless an operator has ended it since, and made another one. */
function endPause(partition: Partition, { typename, id = "", since, who }: PausedRecord): void {
  const there = partition.pauses.get({ typename, id });
  if (there?.since !== since || there.who !== who) return;
  resume(partition, { kind: "resume", typename, id });
}

/** In the open window. All that waits is in a mailbox. */
function takeMail(
  { mailboxes, runner, calls, journal }: Partition,
  removals: readonly Removal[],
): void {
  const byTarget = new Map<string, Set<Position>>();
  for (const { mail } of removals) {
    if (mail === undefined) continue;
    const name = keyOf(mail.target);
    const numbers = byTarget.get(name) ?? new Set();
    byTarget.set(name, numbers.add(mail.number));
  }
  for (const { mail } of removals) {
    const name = mail && keyOf(mail.target);
    const numbers = name === undefined ? undefined : byTarget.get(name);
    const actor = mail && mailboxes.find(mail.target);
    if (name === undefined || numbers === undefined || actor === undefined) continue;
    byTarget.delete(name);
    runner.withdraw(actor);
    for (const { caller } of taken(mailboxes, actor, numbers)) {
      if (caller?.typename !== callerTypename) continue;
      const reason = "the import that has brought the message was abandoned";
      calls.settle(caller.id, { kind: "error", code: "conflict", reason });
    }
    for (const number of numbers) journal.window.removeStored(number);
  }
}

/** Takes those with these numbers out of a mailbox, wherever they are, and out of the numbers. No step of the instance runs. */
function taken(
  mailboxes: Partition["mailboxes"],
  actor: Instance,
  numbers: Set<Position>,
): readonly PendingMessage[] {
  const { mailbox } = actor;
  const found: PendingMessage[] = [];
  for (let left = mailbox.length; left > 0; left--) {
    const mail = mailbox.at(0);
    if (mail === undefined) break;
    if (numbers.delete(mail.number)) {
      found.push(mail);
      mailboxes.shift(actor);
      continue;
    }
    // To the other end: after as many as there are, the order is as before.
    mailbox.shift();
    mailbox.push(mail);
  }
  return found;
}
