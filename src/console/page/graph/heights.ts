/** A column to stack: from top to bottom. */
export interface Stacked {
  readonly key: string;
  readonly height: number;
}

const rounds = 10;

/**
 * The middle of each slot, from 0 down: close to those that it is connected with, and never closer than `gap` to the next of its
 * column.
 */
export function middlesOf(
  columns: readonly (readonly Stacked[])[],
  neighbours: ReadonlyMap<string, readonly string[]>,
  gap: number,
): ReadonlyMap<string, number> {
  const middles = new Map<string, number>();
  for (const column of columns) {
    const total = column.reduce((sum, { height }) => sum + height + gap, -gap);
    let top = -total / 2;
    for (const { key, height } of column) {
      middles.set(key, top + height / 2);
      top += height + gap;
    }
  }
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? columns : [...columns].reverse();
    for (const column of order) {
      const wanted = column.map(({ key }) => {
        const all = (neighbours.get(key) ?? []).map((one) => middles.get(one) ?? 0);
        const own = middles.get(key) ?? 0;
        return all.length === 0 ? own : all.reduce((sum, one) => sum + one, 0) / all.length;
      });
      for (const [index, middle] of apart(column, wanted, gap).entries()) {
        const slot = column[index];
        if (slot !== undefined) middles.set(slot.key, middle);
      }
    }
  }
  return fromTop(columns, middles);
}

/** The places closest to the wanted ones that keep the order and the distance. */
function apart(column: readonly Stacked[], wanted: readonly number[], gap: number): number[] {
  let offset = 0;
  const offsets = column.map(({ height }, index) => {
    const before = column[index - 1];
    if (before !== undefined) offset += (before.height + height) / 2 + gap;
    return offset;
  });
  // Without the distances, places only have to grow: those that do not are put together at their mean.
  const blocks: { sum: number; count: number }[] = [];
  for (const [index, want] of wanted.entries()) {
    blocks.push({ sum: want - (offsets[index] ?? 0), count: 1 });
    for (;;) {
      const [before, last] = blocks.slice(-2);
      if (before === undefined || last === undefined) break;
      if (before.sum / before.count <= last.sum / last.count) break;
      blocks.splice(-2, 2, { sum: before.sum + last.sum, count: before.count + last.count });
    }
  }
  const places = blocks.flatMap(({ sum, count }) => Array<number>(count).fill(sum / count));
  return places.map((place, index) => place + (offsets[index] ?? 0));
}

function fromTop(
  columns: readonly (readonly Stacked[])[],
  middles: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const tops = columns.flat().map(({ key, height }) => (middles.get(key) ?? 0) - height / 2);
  const top = Math.min(...tops);
  return new Map([...middles].map(([key, middle]) => [key, middle - top]));
}
