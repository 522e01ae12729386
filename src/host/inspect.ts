import type { Engine } from "../engine/contract/engine.ts";
import type { TimerRecord } from "../engine/contract/records.ts";
import { allCells, cellsFrom, valueIn } from "../engine/mailboxes/cells.ts";
import type { Partition } from "../engine/partition.ts";
import type { WireAddress, WireValue } from "../model/invocation.ts";
import { messageBytes } from "../model/message-bytes.ts";

/** Waiting messages, and timers, that an inspection shows. */
const maxShown = 1_000;
/** Timers have fewer where they are large: they are read, where messages are in memory. */
const maxTimerBytes = 1_048_576;
/** Timers that are read at one time. */
const pageSize = 64;

/** An instance at one moment. */
export interface InstanceView {
  readonly state: ReadonlyMap<string, WireValue>;
  readonly mailbox: readonly WireValue[];
  readonly mailboxLength: number;
  readonly timers: readonly TimerRecord[];
}

/** One instance as it is now. What it has of states is read at once, as its next step would read it. */
export function inspect({ partition }: Engine, address: WireAddress): InstanceView {
  const { mailboxes } = partition;
  const state = statesOf(partition, address);
  const mailbox: WireValue[] = [];
  for (const { argument } of mailboxes.find(address)?.mailbox ?? []) {
    if (mailbox.push(argument) === maxShown) break;
  }
  const mailboxLength = mailboxes.lengthOf(address);
  return { state, mailbox, mailboxLength, timers: timersOf(partition, address) };
}

/** The states of an instance that have not expired, as the next step would read them. */
export function statesOf(
  { journal, mailboxes, options }: Partition,
  address: WireAddress,
): ReadonlyMap<string, WireValue> {
  if (journal.isStopped) throw journal.failure;
  const actor = mailboxes.find(address);
  const cells = actor?.cells ? allCells(actor.cells) : cellsFrom(options.store.load(address));
  const state = new Map<string, WireValue>();
  for (const cell of cells) {
    const value = valueIn(cell);
    const isAlive = (cell.expiresAt ?? Number.POSITIVE_INFINITY) > journal.now();
    if (value !== undefined && isAlive) state.set(cell.name, value);
  }
  return state;
}

/** Those that an address has sent, or that were sent to it from outside, as of the last applied step. */
function timersOf({ timers, journal, options }: Partition, address: WireAddress): TimerRecord[] {
  const owner = timers.ownerOf(address);
  const all = new Map<number, TimerRecord>();
  let [after, bytes] = [-1, 0];
  while (all.size < maxShown && bytes < maxTimerBytes) {
    // One, two, four: large ones are not all read to find out that they are.
    const page = options.store.timersOf(owner, Math.min(all.size + 1, pageSize), after);
    if (page.length === 0) break;
    for (const timer of page) {
      if (bytes >= maxTimerBytes) break;
      after = timer.number;
      bytes += messageBytes(timer.argument, timer.target);
      all.set(after, timer);
    }
  }
  for (const { timers: added, timersRemoved } of journal.overlays) {
    for (const number of timersRemoved) all.delete(number);
    for (const timer of added.values()) if (timer.owner === owner) all.set(timer.number, timer);
  }
  // Where tokens belong to an id, it owns those of several functions.
  const isOwn = ({ caller, target }: TimerRecord): boolean =>
    (caller ?? target).typename === address.typename;
  return [...all.values()].filter(isOwn).slice(0, maxShown);
}
