import { compareTexts } from "../../internal/text-order.ts";
import type { IdsPage, TextsWant } from "../contract/address-reads.ts";
import type { InstancesWant } from "../contract/instances.ts";
import type { Instance } from "../mailboxes/instance.ts";
import type { Partition } from "../partition.ts";
import { FirstTexts } from "./first-texts.ts";
import { troubledOf } from "./standstill.ts";
import type { Turns } from "./turns.ts";

interface KnownIdsWant extends TextsWant {
  readonly typename: string;
  readonly is: InstancesWant["is"];
}

/** Ids in order. With `isEnd` nothing comes behind them. */
interface KnownIds {
  readonly ids: readonly string[];
  readonly isEnd: boolean;
}

/** The ids behind one that may have something: none is left out up to the last one, as of one moment in this call. */
export async function idsBehind(
  partition: Partition,
  want: KnownIdsWant,
  turns: Turns,
): Promise<KnownIds> {
  const { mailboxes, journal } = partition;
  const scanned = await scannedIds(partition, want, turns);
  for (;;) {
    const first = new FirstTexts(want);
    const instances = mailboxes.ofFunction(want.typename);
    let count = 0;
    for (const { address, mailbox } of inMemory(partition, want)) {
      if (want.is !== "waiting" || mailbox.length > 0) first.add(address.id);
      if (++count % 256 === 0 && turns.isOver) await turns.next();
    }
    if (journal.isStopped) throw journal.failure;
    // What came in meanwhile was visited too, unless all were forgotten in between. So all that is read is of this moment.
    if (instances === mailboxes.ofFunction(want.typename))
      return merged(partition, want, scanned, first);
  }
}

/** Instances that are in memory: each that has something there is among them. */
function inMemory(partition: Partition, { typename, is }: KnownIdsWant): Iterable<Instance> {
  if (is === "troubled") return troubledOf(partition, typename);
  // These are few, and known by themselves.
  if (is === "paused" && partition.pauses.get({ typename, id: undefined }) === undefined) return [];
  return partition.mailboxes.ofFunction(typename)?.values() ?? [];
}

function merged(
  partition: Partition,
  want: KnownIdsWant,
  scanned: IdsPage | undefined,
  first: FirstTexts,
): KnownIds {
  const ends: string[] = first.isFull ? [...first.all.slice(-1)] : [];
  const all = new Set(first.all);
  const paused = want.is === "paused" ? pausedIds(partition, want) : undefined;
  for (const id of paused ?? []) all.add(id);
  if (want.is === undefined || (want.is === "paused" && paused === undefined)) {
    addStored(partition, want, scanned, { all, ends });
    for (const id of openIds(partition, want)) all.add(id);
  }
  const [end] = ends.sort(compareTexts);
  const isWanted = (id: string): boolean => end === undefined || compareTexts(id, end) <= 0;
  return { ids: [...all].filter(isWanted).sort(compareTexts), isEnd: end === undefined };
}

/** Instances that are paused by themselves, behind one and with a prefix; undefined where the function is. */
function pausedIds({ pauses }: Partition, want: KnownIdsWant): readonly string[] | undefined {
  const { typename } = want;
  if (pauses.get({ typename, id: undefined }) !== undefined) return undefined;
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
  scanned: IdsPage | undefined,
  { all, ends }: { readonly all: Set<string>; readonly ends: string[] },
): void {
  const reads = store.addresses;
  if (reads === undefined) return;
  const { ids } = scanned ?? reads.withStates(want.typename, want);
  const last = ids.at(-1);
  if (last !== undefined) ends.push(last);
  for (const id of ids) all.add(id);
  // Owners are addresses, or ids alone where tokens belong to those.
  const start = timers.ownerOf({ typename: want.typename, id: "" });
  const { prefix, after, limit } = want;
  const owners = reads.owners({
    prefix: start + prefix,
    after: after === undefined ? undefined : start + after,
    limit,
  });
  const lastOwner = owners.length === limit ? owners.at(-1) : undefined;
  if (lastOwner !== undefined) ends.push(lastOwner.slice(start.length));
  for (const owner of owners) all.add(owner.slice(start.length));
}

/** Where the store has to look at many ids that begin alike, it does so in turns. Undefined where it need not. */
async function scannedIds(
  { options: { store }, journal }: Partition,
  want: KnownIdsWant,
  turns: Turns,
): Promise<IdsPage | undefined> {
  let page = store.addresses?.withStates(want.typename, want);
  if (page?.scan === undefined) return undefined;
  while (page?.scan !== undefined) {
    if (turns.isOver) await turns.next();
    if (journal.isStopped) throw journal.failure;
    page = store.addresses?.withStates(want.typename, want, page.scan);
  }
  return page;
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
