import { plainValue, type WireAddress, type WireValue } from "../../model/invocation.ts";
import type { Position, TimerRecord } from "../contract/records.ts";
import type { Partition } from "../partition.ts";
import { allCells, cellIn, valueIn } from "./cells.ts";

/** Where something of an instance is: a state by its name, a waiting message or a timer by its number. */
export type PartPlace =
  | { readonly kind: "state"; readonly key: string }
  | { readonly kind: "message" | "timer"; readonly key: Position };

/** One thing that an instance has: any of them may be large, so each is read by itself. */
export type InstancePart = PartPlace & {
  readonly value: WireValue;
  /** Of a timer. */
  readonly timer?: TimerRecord;
};

/**
 * What is behind a place, in order: states by name, what waits, timers. With `isExact` what is there and nothing else.
 * Undefined where nothing is.
 */
export function partAt(
  partition: Partition,
  address: WireAddress,
  { kind, key }: PartPlace,
  isExact: boolean,
): InstancePart | undefined {
  const { journal } = partition;
  if (journal.isStopped) throw journal.failure;
  const own = (part: InstancePart | undefined): InstancePart | undefined =>
    !isExact || part?.key === key ? part : undefined;
  if (kind === "state") {
    const state = stateBehind(partition, address, key, isExact);
    if (state !== undefined || isExact) return state;
  }
  const after = kind === "state" ? -1 : isExact ? key - 1 : key;
  if (kind !== "timer") {
    const message = messageBehind(partition, address, after);
    if (message !== undefined || isExact) return own(message);
  }
  const timer = timerBehind(partition, address, kind === "timer" ? after : -1);
  return own(timer && { kind: "timer", key: timer.number, value: timer.argument, timer });
}

function stateBehind(
  { journal, mailboxes, options: { store } }: Partition,
  address: WireAddress,
  after: string,
  isExact: boolean,
): InstancePart | undefined {
  const cells = mailboxes.find(address)?.cells;
  const known = cells && Array.from(allCells(cells), ({ name }) => name);
  const names = isExact ? [after] : [...(known ?? store.stateNames(address))].sort();
  for (const key of names) {
    if (!isExact && key <= after) continue;
    const cell = cells === undefined ? store.state(address, key) : cellIn(cells, key);
    if (cell === undefined || (cell.expiresAt ?? Infinity) <= journal.now()) continue;
    const value = "value" in cell ? cell.value : valueIn(cell);
    if (value === undefined) continue;
    return { kind: "state", key, value: plainValue(value) };
  }
  return undefined;
}

function messageBehind(
  { mailboxes }: Partition,
  address: WireAddress,
  after: Position,
): InstancePart | undefined {
  const mailbox = mailboxes.find(address)?.mailbox;
  // They are in order of their numbers.
  let [low, high] = [0, mailbox?.length ?? 0];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((mailbox?.at(middle)?.number ?? 0) > after) high = middle;
    else low = middle + 1;
  }
  const mail = mailbox?.at(low);
  return mail && { kind: "message", key: mail.number, value: plainValue(mail.argument) };
}

/** Whether it has sent a delayed message that waits, or was sent one from outside. */
export function hasTimer(partition: Partition, address: WireAddress): boolean {
  return timerBehind(partition, address, -1) !== undefined;
}

function timerBehind(
  { timers, journal: { overlays }, options: { store } }: Partition,
  address: WireAddress,
  after: Position,
): TimerRecord | undefined {
  const owner = timers.ownerOf(address);
  const isThere = (timer: TimerRecord): boolean =>
    timer.number > after &&
    timer.owner === owner &&
    (timer.caller ?? timer.target).typename === address.typename &&
    !overlays.some(({ timersRemoved }) => timersRemoved.has(timer.number));
  let stored = store.timersOf(owner, 1, after)[0];
  while (stored !== undefined && !isThere(stored)) {
    stored = store.timersOf(owner, 1, stored.number)[0];
  }
  // What is not stored yet has greater numbers.
  return stored ?? overlays.flatMap((window) => [...window.timers.values()]).find(isThere);
}
