import { messageBytes } from "../../model/message-bytes.ts";
import type { TimersWant } from "../contract/instances.ts";
import type { Position, TimerRecord } from "../contract/records.ts";
import type { Partition } from "../partition.ts";
import { Turns } from "./turns.ts";

const pageSize = 256;

/**
 * Delayed messages that wait, by number. They belong to their senders; those that came from outside to their targets. What
 * is removed in a window that is open is left out.
 */
export async function listTimers(
  partition: Partition,
  want: TimersWant,
): Promise<readonly TimerRecord[]> {
  const turns = new Turns();
  const page: TimerRecord[] = [];
  let bytes = 0;
  const isOver = (): boolean => page.length >= want.limit || bytes >= want.maxBytes;
  const take = (timer: TimerRecord): void => {
    if (!isOwn(timer, want) || isRemoved(partition, timer)) return;
    page.push(timer);
    bytes += messageBytes(timer.argument, timer.target, timer.caller);
  };
  let { after } = want;
  while (!isOver()) {
    const numbers = numbersBehind(partition, want, after);
    if (numbers.length === 0) break;
    for (const { number } of numbers) {
      after = number;
      const timer = partition.options.store.timerAt(number);
      if (timer !== undefined) take(timer);
      if (isOver()) break;
      if (turns.isOver) await turns.next();
      if (partition.journal.isStopped) throw partition.journal.failure;
    }
  }
  // What is not stored yet has greater numbers.
  for (const { timers } of partition.journal.overlays) {
    for (const timer of timers.values()) if (timer.number > after && !isOver()) take(timer);
  }
  return page;
}

function numbersBehind(
  { options: { store }, timers }: Partition,
  { typename, id }: TimersWant,
  after: Position,
): readonly { readonly number: Position }[] {
  if (typename !== undefined && id !== undefined) {
    // One by one: they may be large.
    return store.timersOf(timers.ownerOf({ typename, id }), 1, after);
  }
  return store.timerHeads(after, pageSize, typename);
}

function isOwn({ caller, target }: TimerRecord, { typename, id }: TimersWant): boolean {
  const owner = caller ?? target;
  return (
    (typename === undefined || owner.typename === typename) && (id === undefined || owner.id === id)
  );
}

function isRemoved({ journal }: Partition, { number }: TimerRecord): boolean {
  return journal.overlays.some(({ timersRemoved }) => timersRemoved.has(number));
}
