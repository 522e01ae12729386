import type { SortedTexts } from "../../internal/sorted-texts.ts";
import { compareTexts } from "../../internal/text-order.ts";
import type { IdsPage, TextsWant } from "../contract/address-reads.ts";
import type { InstancesWant } from "../contract/instances.ts";
import type { Partition } from "../partition.ts";
import { FirstTexts } from "./first-texts.ts";
import { idsInMemory } from "./ids-in-memory.ts";
import { troubledOf } from "./standstill.ts";
import type { Turns } from "./turns.ts";

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
  const { journal } = partition;
  const found = { all: new Set<string>(), ends: [] as string[] };
  if (want.is === "troubled") {
    await addTroubled(partition, want, turns, found);
    return inOrder(found);
  }
  const isWhole = partition.pauses.get({ typename: want.typename, id: undefined }) !== undefined;
  if (want.is === "paused" && !isWhole) {
    return inOrder({ all: new Set(pausedIds(partition, want)), ends: [] });
  }
  const inMemory = await idsInMemory(partition, want.typename, turns);
  if (journal.isStopped) throw journal.failure;
  let page = want.is === "waiting" ? undefined : withStates(partition, want);
  while (page?.scan !== undefined) {
    // Many ids begin alike: the store looks at them in turns.
    if (turns.isOver) await turns.next();
    page = withStates(partition, want, page.scan);
  }
  // From here on nothing else runs, and where the store did not have to look for long, from before it was asked.
  addWaiting(partition, want, inMemory, found);
  if (page !== undefined) {
    addStored(partition, want, page, found);
    for (const id of openIds(partition, want)) found.all.add(id);
    for (const id of pausedIds(partition, want)) found.all.add(id);
  }
  return inOrder(found);
}

/** What was found, up to where all sources have been looked at. */
function inOrder({ all, ends }: Found): KnownIds {
  const [end] = ends.sort(compareTexts);
  const isWanted = (id: string): boolean => end === undefined || compareTexts(id, end) <= 0;
  return { ids: [...all].filter(isWanted).sort(compareTexts), isEnd: end === undefined, end };
}

/** Those with a waiting message. What has a state as well is in memory, and not worth a look. */
function addWaiting(
  { mailboxes }: Partition,
  want: KnownIdsWant,
  inMemory: SortedTexts,
  { all, ends }: Found,
): void {
  const limit = 2 * want.limit;
  const ids = inMemory.page({ ...want, limit });
  const last = ids.length === limit ? ids.at(-1) : undefined;
  if (last !== undefined) ends.push(last);
  const instances = mailboxes.ofFunction(want.typename);
  for (const id of ids) if ((instances?.get(id)?.mailbox.length ?? 0) > 0) all.add(id);
}

/** There is no moment of all of them: those that are troubled all the time are there. */
async function addTroubled(
  partition: Partition,
  want: KnownIdsWant,
  turns: Turns,
  { all, ends }: Found,
): Promise<void> {
  const first = new FirstTexts(want);
  let count = 0;
  for (const { address } of troubledOf(partition, want.typename)) {
    first.add(address.id);
    if (++count % 256 === 0 && turns.isOver) await turns.next();
  }
  for (const id of first.all) all.add(id);
  if (first.isFull) ends.push(...first.all.slice(-1));
}

/** Instances that are paused by themselves, behind one and with a prefix: they may have nothing else. */
function pausedIds({ pauses }: Partition, want: KnownIdsWant): readonly string[] {
  const { typename } = want;
  const ids = pauses.all().flatMap((one) => (one.typename === typename ? (one.id ?? []) : []));
  return ids.filter((id) => isBehind(id, want));
}

function isBehind(id: string, { prefix, after }: KnownIdsWant): boolean {
  return id.startsWith(prefix) && (after === undefined || compareTexts(id, after) > 0);
}

/** What the store has, up to where it has looked. */
function addStored(
  { options: { store }, timers }: Partition,
  want: KnownIdsWant,
  { ids, isEnd }: IdsPage,
  { all, ends }: Found,
): void {
  const last = isEnd ? undefined : ids.at(-1);
  if (last !== undefined) ends.push(last);
  for (const id of ids) all.add(id);
  // Owners are addresses, or ids alone where tokens belong to those.
  const start = timers.ownerOf({ typename: want.typename, id: "" });
  const { prefix, after, limit } = want;
  const page = {
    prefix: start + prefix,
    after: after === undefined ? undefined : start + after,
    limit,
  };
  const owners = store.addresses?.owners(page) ?? [];
  const lastOwner = owners.length === limit ? owners.at(-1) : undefined;
  if (lastOwner !== undefined) ends.push(lastOwner.slice(start.length));
  for (const owner of owners) all.add(owner.slice(start.length));
}

function withStates(
  { options: { store }, journal }: Partition,
  want: KnownIdsWant,
  scan?: object,
): IdsPage {
  if (journal.isStopped) throw journal.failure;
  // Of a store without lists only what is in memory is known.
  return store.addresses?.withStates(want.typename, want, scan) ?? { ids: [], isEnd: true };
}

/** Ids in windows that are not stored yet. */
function* openIds({ journal, timers }: Partition, want: KnownIdsWant): Generator<string> {
  const { typename } = want;
  for (const { cells, timers: added } of journal.overlays) {
    for (const { address, value } of cells.values()) {
      if (address.typename !== typename || value === undefined) continue;
      if (isBehind(address.id, want)) yield address.id;
    }
    for (const { caller, target, owner } of added.values()) {
      const { id, typename: own } = caller ?? target;
      if (own === typename && owner === timers.ownerOf({ typename, id }) && isBehind(id, want))
        yield id;
    }
  }
}
