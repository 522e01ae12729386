import type { Subscriber } from "./subscription.ts";

/** What each member gets, by its id. */
export type ShareOut = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

/**
 * Assigns partitions: each topic only among the members that read it, each partition to the member that has
 * fewest. Members come in the order of their names, so that a member that comes back gets what it had.
 */
export function shareOut(
  subscribers: readonly Subscriber[],
  counts: ReadonlyMap<string, number>,
): ShareOut {
  const members = subscribers.toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const shares = new Map(members.map((one) => [one.memberId, new Map<string, number[]>()]));
  const sizes = new Map(members.map((one) => [one.memberId, 0]));
  for (const topic of [...new Set(members.flatMap(({ topics }) => topics))].sort()) {
    const readers = members.filter(({ topics }) => topics.includes(topic));
    for (let partition = 0; partition < (counts.get(topic) ?? 0); partition++) {
      let [least] = readers;
      for (const one of readers) {
        if (least !== undefined && sizeOf(sizes, one) < sizeOf(sizes, least)) least = one;
      }
      if (least === undefined) continue;
      const share = shares.get(least.memberId);
      const partitions = share?.get(topic) ?? [];
      share?.set(topic, partitions);
      partitions.push(partition);
      sizes.set(least.memberId, sizeOf(sizes, least) + 1);
    }
  }
  return shares;
}

function sizeOf(sizes: ReadonlyMap<string, number>, { memberId }: Subscriber): number {
  return sizes.get(memberId) ?? 0;
}

/** How many partitions each topic has: what the leader sees, or a member that sees more. */
export function countsOf(
  subscribers: readonly Subscriber[],
  seen: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const counts = new Map(seen);
  for (const { counts: own } of subscribers) {
    for (const [topic, count] of own) counts.set(topic, Math.max(count, counts.get(topic) ?? 0));
  }
  return counts;
}
