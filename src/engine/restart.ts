import { StateFunError } from "../internal/errors.ts";
import { backOffMs } from "../model/back-off.ts";
import { inWindows } from "./commit/in-windows.ts";
import { type PendingMessage, sizeOf } from "./commit/pending-message.ts";
import type { MessageRecord, Position } from "./contract/records.ts";
import type { Instance } from "./mailboxes/instance.ts";
import type { Partition } from "./partition.ts";

/** Of pending messages that are read at a time: more of them than that, and fewer are read. */
const restoredBytes = 4_194_304;

/** Numbers behind `offset`, up to the last one. */
interface Numbers {
  readonly offset: Position;
  readonly upTo: Position;
}

/**
 * Continues with what the store has. First it stores that this run has begun, so that every end without notice is known to be a crash. An
 * evictable engine stores nothing for that: its ends are crashes only if something was pending, and each window says whether anything
 * was. What it moves, it moves in windows of its own, before anything can come in.
 */
export async function start(partition: Partition): Promise<void> {
  const { journal, options, hold } = partition;
  await partition.directoryReports.load();
  for (const record of options.store.paused()) partition.pauses.put(record);
  if (!options.isEvictable) {
    journal.touch();
    await journal.flush();
  }
  hold.load(options);
  partition.linksOut?.restore(partition.lastTime);
  await restoreMail(partition, hold.unfinished);
  if (!hold.isHeld) await settle(partition, true);
  // What others are to have reaches them: it runs there when they do.
  else partition.linksOut?.start();
}

/** Fills all mailboxes, in order of numbers, without those of an import that is not complete: they come when it is. */
async function restoreMail(partition: Partition, without?: Numbers): Promise<void> {
  const { isAfterCrash } = partition;
  const restore = (record: MessageRecord): void => {
    restoreOne(partition, record, isAfterCrash);
  };
  await readMail(partition, { offset: 0, upTo: without?.offset }, restore);
  if (without !== undefined) {
    await readMail(partition, { offset: without.upTo, upTo: undefined }, restore);
  }
}

/** The same with what an import has brought, before what came in meanwhile. Gives the instances that have some of it. */
export async function restoreImported(
  partition: Partition,
  numbers: Numbers,
): Promise<ReadonlySet<Instance>> {
  const found = new Set<Instance>();
  await readMail(partition, numbers, (record) => {
    found.add(restoreOne(partition, record, false));
  });
  return found;
}

async function readMail(
  { options: { store, defer }, mailboxes, journal }: Partition,
  { offset, upTo }: { readonly offset: Position; readonly upTo: Position | undefined },
  restore: (record: MessageRecord) => void,
): Promise<void> {
  let after = offset;
  // A page may be in memory twice while the store reads it: few large ones at a time, and many small ones.
  let limit = 4;
  while (!journal.isStopped) {
    const before = mailboxes.pendingBytes;
    const page = store.messages(after, limit);
    for (const record of page) {
      if (upTo !== undefined && record.number > upTo) return;
      after = record.number;
      restore(record);
    }
    if (page.length === 0) break;
    const isLarge = mailboxes.pendingBytes - before > restoredBytes;
    limit = isLarge ? Math.max(1, limit >> 1) : Math.min(1_000, 2 * limit);
    await new Promise<void>((resolve) => defer(resolve));
  }
}

function restoreOne(
  { mailboxes, journal }: Partition,
  record: MessageRecord,
  isAfterCrash: boolean,
): Instance {
  return mailboxes.restore({
    ...record,
    bytes: sizeOf(record),
    storedIn: journal.durable,
    isGone: false,
    mayWait: 0,
    isCareful: false,
    isRecovered: isAfterCrash || record.crashes > 0,
  });
}

/**
 * Goes on with what was found: at a start with all instances, after an import with those that it has brought messages for. What has to
 * be moved first is moved in windows of its own, while nothing runs.
 */
export async function settle(
  partition: Partition,
  isStart: boolean,
  found: Iterable<Instance> = partition.mailboxes,
): Promise<void> {
  const { journal, recovery, mailboxes, deadLetters, egresses, parked, timers, options } =
    partition;
  await inWindows(journal, killers(partition, found), ({ target, crashes }) => {
    const text = `the process ended ${crashes} times while this message was handled`;
    const error = new StateFunError("non_retryable", text);
    partition.failures.giveUp(mailboxes.actor(target), error);
  });
  parked.found(mailboxes.parkedBy);
  await deadLetters.resume(options.egresses.keys(), partition.replayer);
  await egresses.buryLeft();
  recovery.begin(found);
  // It has waited since its failure was stored.
  const restedMs = isStart ? Math.max(0, journal.now() - partition.lastTime) : 0;
  for (const actor of found) wakeOne(partition, actor, restedMs);
  timers.arm();
  // Suspects first, and alone: a delivery that kills the process must not be counted against them.
  recovery.afterQuarantine(() => {
    if (isStart) partition.linksOut?.start();
    // An import that is at work starts them when it is complete.
    if (!partition.hold.isHeld) egresses.start();
  });
  partition.hasSettled = true;
}

function wakeOne(partition: Partition, actor: Instance, restedMs: number): void {
  const { failures, options } = partition;
  const head = actor.mailbox.at(0);
  const retry = actor.fn?.retry;
  // What may have ended the process is tried at once: others may wait for it.
  const mayWait = head !== undefined && head.attempts > 0 && head.crashes === 0;
  if (mayWait && retry !== undefined && actor.waiting === undefined) {
    // What is woken when its wait was over must not draw a longer one.
    const isOver = restedMs >= backOffMs(retry, head.attempts, () => 1);
    const waitMs = backOffMs(retry, head.attempts, options.random) - restedMs;
    if (!isOver) failures.wait(actor, waitMs);
    failures.found(actor, head, isOver ? undefined : waitMs);
  } else if (head !== undefined && actor.fn !== undefined && actor.waiting === undefined) {
    failures.found(actor, head, undefined);
  }
  partition.runner.wake(actor);
}

/** Messages that ended the process too often, at the heads of their mailboxes. */
function killers({ options, pauses }: Partition, found: Iterable<Instance>): PendingMessage[] {
  const all: PendingMessage[] = [];
  for (const { fn, mailbox, address } of found) {
    // What an operator has paused stays as it is.
    if (pauses.has(address)) continue;
    for (const mail of mailbox) {
      if (fn === undefined || mail.crashes < options.maxCrashes) break;
      all.push(mail);
    }
  }
  return all;
}
