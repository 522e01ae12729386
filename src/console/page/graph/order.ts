/** A place in a column: a node, or where a line passes that goes further. */
export interface Slot {
  readonly key: string;
  readonly layer: number;
  readonly isLine: boolean;
}

/** Two slots of neighbouring columns, or of one. */
export interface Segment {
  readonly left: string;
  readonly right: string;
}

const sweeps = 8;

/** The order of each column, so that few lines cross. The same input gives the same order. */
export function orderOf(
  columns: readonly (readonly Slot[])[],
  segments: readonly Segment[],
): Slot[][] {
  let order = columns.map((column) => [...column]);
  const neighbours = neighboursOf(segments);
  let best = order;
  let bestCost = costOf(order, segments);
  for (let sweep = 0; sweep < sweeps && bestCost > 0; sweep++) {
    order = order.map((column) => [...column]);
    const isForward = sweep % 2 === 0;
    const steps = order.map((_, index) => (isForward ? index : order.length - 1 - index));
    for (const index of steps) byMiddle(order, index, neighbours, isForward ? -1 : 1);
    const cost = costOf(order, segments);
    if (cost < bestCost) [best, bestCost] = [order, cost];
  }
  return bySwaps(
    best.map((column) => [...column]),
    segments,
    bestCost,
  );
}

function neighboursOf(segments: readonly Segment[]): ReadonlyMap<string, string[]> {
  const all = new Map<string, string[]>();
  const add = (one: string, other: string): void => {
    all.set(one, [...(all.get(one) ?? []), other]);
  };
  for (const { left, right } of segments) {
    add(left, right);
    add(right, left);
  }
  return all;
}

/** Each slot moves to the middle of what it is connected with on one side: the column that was ordered before. */
function byMiddle(
  order: Slot[][],
  index: number,
  neighbours: ReadonlyMap<string, readonly string[]>,
  side: -1 | 1,
): void {
  const places = placesOf(order);
  const middle = ({ key }: Slot): number => {
    const all = (neighbours.get(key) ?? [])
      .filter((one) => places.get(one)?.layer === index + side)
      .map((one) => places.get(one)?.share ?? 0.5);
    const own = places.get(key)?.share ?? 0.5;
    return all.length === 0 ? own : all.reduce((sum, one) => sum + one, 0) / all.length;
  };
  const column = order[index] ?? [];
  const middles = new Map(column.map((slot) => [slot, middle(slot)]));
  order[index] = column.sort((one, other) => (middles.get(one) ?? 0) - (middles.get(other) ?? 0));
}

/** Neighbours change places as long as that helps. */
function bySwaps(order: Slot[][], segments: readonly Segment[], cost: number): Slot[][] {
  let best = cost;
  for (let round = 0; round < 3 && best > 0; round++) {
    const before = best;
    for (const column of order) {
      for (let at = 0; at + 1 < column.length; at++) {
        swap(column, at);
        const now = costOf(order, segments);
        if (now < best) best = now;
        else swap(column, at);
      }
    }
    if (best === before) break;
  }
  return order;
}

function swap(column: Slot[], at: number): void {
  const [one, other] = column.slice(at, at + 2);
  if (one !== undefined && other !== undefined) column.splice(at, 2, other, one);
}

interface Place {
  readonly layer: number;
  readonly at: number;
  /** From 0 at the top to 1. */
  readonly share: number;
}

function placesOf(order: readonly (readonly Slot[])[]): ReadonlyMap<string, Place> {
  return new Map(
    order.flatMap((column, layer) =>
      column.map(({ key }, at) => [key, { layer, at, share: (at + 0.5) / column.length }] as const),
    ),
  );
}

/** Crossings, and how far apart connected nodes of one column are. */
function costOf(order: readonly (readonly Slot[])[], segments: readonly Segment[]): number {
  const places = placesOf(order);
  const between = new Map<number, { from: number; to: number }[]>();
  let cost = 0;
  for (const { left, right } of segments) {
    const [one, other] = [places.get(left), places.get(right)];
    if (one === undefined || other === undefined) continue;
    if (one.layer === other.layer) cost += Math.abs(one.at - other.at) - 1;
    else {
      const all = between.get(one.layer) ?? [];
      for (const { from, to } of all) if ((from - one.at) * (to - other.at) < 0) cost++;
      all.push({ from: one.at, to: other.at });
      between.set(one.layer, all);
    }
  }
  return cost;
}
