import { type Curve, type Point, type Sample, sampleOf } from "./curves.ts";

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A place of a label: around the point, or right of it. */
export interface Place extends Point {
  readonly isBeside: boolean;
}

export interface Labelled {
  readonly key: string;
  readonly curves: readonly Curve[];
  /** Where it stands best, for a line that is so short that a label on it would hide it. */
  readonly best: Place | undefined;
}

/** Room for "1,234/s": it is kept, so that a label does not move when its number grows. */
export const labelSize = { width: 48, height: 16 } as const;

const shares = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];
const asides = [0, 12, -12, 24, -24, 38, -38];
const samplesOfLine = 24;

/**
 * The label of each line: on it or beside it, on no box and no other label, and on as little of other lines as can be. A line
 * without such a place has no label.
 */
export function labelsOf(
  lines: readonly Labelled[],
  obstacles: readonly Box[],
): ReadonlyMap<string, Place> {
  const samples = lines.map(({ key, curves }) => ({ key, points: samplesOf(curves) }));
  const taken = [...obstacles];
  const labels = new Map<string, Place>();
  for (const line of lines) {
    let best: Place | undefined;
    let bestCost = Number.POSITIVE_INFINITY;
    for (const [rank, place] of placesOf(line).entries()) {
      const box = boxOf(place);
      if (rank / 4 >= bestCost || taken.some((one) => overlap(one, box))) continue;
      const cost = rank / 4 + 3 * linesIn(box, samples, line.key);
      if (cost < bestCost) [best, bestCost] = [place, cost];
    }
    if (best === undefined) continue;
    labels.set(line.key, best);
    taken.push(boxOf(best));
  }
  return labels;
}

export function boxOf({ x, y, isBeside }: Place): Box {
  const { width, height } = labelSize;
  return { x: isBeside ? x : x - width / 2, y: y - height / 2, width, height };
}

export function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

/** Nearest to the middle of the line first. */
function placesOf({ curves, best }: Labelled): Place[] {
  const near = asides.flatMap((aside) =>
    shares.map((share) => {
      const { x, y, across } = sampleOf(curves, share);
      return { x: x + across.x * aside, y: y + across.y * aside, isBeside: false };
    }),
  );
  return best === undefined ? near : [best, ...near];
}

function samplesOf(curves: readonly Curve[]): Sample[] {
  return Array.from({ length: samplesOfLine }, (_, index) =>
    sampleOf(curves, index / (samplesOfLine - 1)),
  );
}

/** How many other lines pass there. */
function linesIn(
  box: Box,
  samples: readonly { readonly key: string; readonly points: readonly Point[] }[],
  own: string,
): number {
  const isInside = ({ x, y }: Point): boolean =>
    x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;
  return samples.filter(({ key, points }) => key !== own && points.some(isInside)).length;
}
