/** A place in a column: a node, or where a line passes that goes further. */
export interface Slot {
  readonly key: string;
  readonly layer: number;
  readonly height: number;
  /** What it is connected with. */
  readonly near: Slot[];
  /** Where its middle is, and where it would be if it were alone. */
  middle: number;
  wanted: number;
}

const rounds = 20;
/** The first ones sort by what is connected; the others mend the order between two, and only move. */
const sortingRounds = 10;

/**
 * Orders each column, so that few lines cross, and places its slots close to what they are connected with, never closer than
 * `gap` to the next. The same input gives the same places.
 */
export function stack(columns: readonly Slot[][], gap: number): void {
  for (const column of columns) place(column, gap);
  for (let round = 0; round < rounds; round++) {
    for (const column of round % 2 === 0 ? columns : [...columns].reverse()) {
      for (const slot of column) {
        const sum = slot.near.reduce((total, { middle }) => total + middle, 0);
        slot.wanted = slot.near.length === 0 ? slot.middle : sum / slot.near.length;
      }
      if (round < sortingRounds) column.sort((one, other) => one.wanted - other.wanted);
      else swapNeighbours(column);
      place(column, gap);
    }
  }
}

/** Half way between the highest and the lowest place that keeps order and distance. */
function place(column: readonly Slot[], gap: number): void {
  const down = fitted(column, 1, gap);
  const up = fitted([...column].reverse(), -1, gap).reverse();
  for (const [index, slot] of column.entries()) {
    slot.middle = ((down[index] ?? 0) + (up[index] ?? 0)) / 2;
  }
}

function fitted(column: readonly Slot[], sign: 1 | -1, gap: number): number[] {
  let edge = Number.NEGATIVE_INFINITY;
  return column.map(({ wanted, height }) => {
    const middle = Math.max(sign * wanted, edge + height / 2);
    edge = middle + height / 2 + gap;
    return sign * middle;
  });
}

function swapNeighbours(column: Slot[]): void {
  for (let at = 1; at < column.length; at++) {
    const [one, other] = column.slice(at - 1, at + 1);
    if (one === undefined || other === undefined) continue;
    if (crossings(one, other) > crossings(other, one)) column.splice(at - 1, 2, other, one);
  }
}

/** Of the lines of two slots, of which the first stands above the second. */
function crossings(above: Slot, below: Slot): number {
  return above.near.reduce(
    (sum, one) =>
      sum +
      below.near.filter((other) => one.layer === other.layer && one.middle > other.middle).length,
    0,
  );
}
