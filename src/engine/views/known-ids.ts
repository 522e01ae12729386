import { compareTexts } from "../../internal/text-order.ts";
import type { OpenWindow } from "../commit/window.ts";
import type { IdsPage, TextsWant } from "../contract/address-reads.ts";
import type { InstancesWant } from "../contract/instances.ts";
import type { Partition } from "../partition.ts";
import { FirstTexts } from "./first-texts.ts";
import { troubledOf } from "./standstill.ts";
import { StoredIds } from "./stored-ids.ts";
import type { Turns } from "./turns.ts";
import { waitingIds } from "./waiting-ids.ts";

/** Ids in memory that are looked at between two looks at the clock. */
const portion = 64;

interface Found {
  readonly all: Set<string>;
  /** How far some source has been looked at. */
  readonly ends: string[];
}

interface KnownIdsWant extends TextsWant {
  readonly typename: string;
  readonly is: InstancesWant["is"];
}

/** Ids in order. With `isEnd` nothing comes behind them. */
interface KnownIds {
  readonly ids: readonly string[];
  readonly isEnd: boolean;
  /** Up to here all are known. */
  readonly end: string | undefined;
}

/** The ids behind one that may have something: none is left out up to the last one, as of one moment in this call. */
export async function idsBehind(
  partition: Partition,
  want: KnownIdsWant,
  turns: Turns,
): Promise<KnownIds> {
  const found = { all: new Set<string>(), ends: [] as string[] };
  const some = someIds(partition, want);
  if (some !== undefined) {
    // There is no moment of all of them: those that are among them all the time are there.
    addFirst(await firstOf(some, want, turns), found);
    return inOrder(found);
  }
  const written = new FirstTexts(want);
  // What is behind a place that was looked at already, in whatever part, may be written to meanwhile.
  const forget = partition.journal.listen({
    committed(window) {
      for (const id of idsIn(partition, window, want)) written.add(id);
    },
  });
  try {
    // Many ids begin alike, or are sorted now: the store looks at them in turns.
    const stored = new StoredIds(partition, want);
    const isWaiting = want.is === "waiting" || areAllTroubled(partition, want);
    if (!isWaiting) while (!stored.read()) if (turns.isOver) await turns.next();
    const read = (): IdsPage => waitingIds(partition.mailboxes, want.typename, want);
    let waiting = read();
    while (waiting.scan !== undefined) {
      if (turns.isOver) await turns.next();
      waiting = read();
    }
    // From here on nothing else runs.
    addPage(waiting.ids, waiting.isEnd, found);
    if (isWaiting) return inOrder(found);
    for (const { ids, isEnd } of stored.pages) addPage(ids, isEnd, found);
    for (const window of partition.journal.overlays) {
      for (const id of idsIn(partition, window, want)) written.add(id);
    }
    // An instance that is paused by itself may have nothing else.
    for (const id of partition.pauses.idsOf(want.typename)) written.add(id);
    addFirst(written, found);
    return inOrder(found);
  } finally {
    forget();
  }
}

/** What was found, up to where all sources have been looked at. */
function inOrder({ all, ends }: Found): KnownIds {
  const [end] = ends.sort(compareTexts);
  const isWanted = (id: string): boolean => end === undefined || compareTexts(id, end) <= 0;
  return { ids: [...all].filter(isWanted).sort(compareTexts), isEnd: end === undefined, end };
}

/** Those that were found in memory: what is behind them was looked at, and left out. */
function addFirst(first: FirstTexts, { all, ends }: Found): void {
  for (const id of first.all) all.add(id);
  if (first.isFull) ends.push(...first.all.slice(-1));
}

/** What the store has, up to where it has looked. */
function addPage(ids: readonly string[], isEnd: boolean, { all, ends }: Found): void {
  for (const id of ids) all.add(id);
  if (!isEnd) ends.push(...ids.slice(-1));
}

/** Ids that are known by themselves, where those are wanted. Undefined stands for one that was looked at in vain. */
function someIds(
  partition: Partition,
  { typename, is }: KnownIdsWant,
): Iterable<string | undefined> | undefined {
  if (areAllTroubled(partition, { typename, is })) return undefined;
  if (is === "troubled") return troubledIds(partition, typename);
  const { pauses } = partition;
  const isPart = is === "paused" && pauses.get({ typename, id: undefined }) === undefined;
  return isPart ? pauses.idsOf(typename) : undefined;
}

/** Those that stand still are wanted, and all that wait do: their function is not bound, or paused. */
function areAllTroubled(
  { mailboxes, pauses }: Partition,
  { typename, is }: Pick<KnownIdsWant, "typename" | "is">,
): boolean {
  if (is !== "troubled") return false;
  return mailboxes.parkedBy.has(typename) || pauses.get({ typename, id: undefined }) !== undefined;
}

function* troubledIds(partition: Partition, typename: string): Generator<string | undefined> {
  for (const instance of troubledOf(partition, typename)) yield instance?.address.id;
}

async function firstOf(
  ids: Iterable<string | undefined>,
  want: KnownIdsWant,
  turns: Turns,
): Promise<FirstTexts> {
  const first = new FirstTexts(want);
  let count = 0;
  for (const id of ids) {
    if (id !== undefined) first.add(id);
    if (++count % portion === 0 && turns.isOver) await turns.next();
  }
  return first;
}

/** Ids of a function that a window gives a state or a timer. */
function* idsIn(
  { timers }: Partition,
  { cells, timers: added }: OpenWindow,
  { typename }: KnownIdsWant,
): Generator<string> {
  for (const { address, value } of cells.values()) {
    if (address.typename === typename && value !== undefined) yield address.id;
  }
  for (const { caller, target, owner } of added.values()) {
    const { id, typename: own } = caller ?? target;
    if (own === typename && owner === timers.ownerOf({ typename, id })) yield id;
  }
}
