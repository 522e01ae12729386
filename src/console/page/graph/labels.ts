import type { Box, Curve, Line, Point } from "./lines.ts";

/** Room for "1,234/s": it is kept, so that a label does not move when its number grows. */
const labelSize = { width: 48, height: 16 } as const;

/** Nearest to the middle of the line first. */
const shares = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];
const asides = [0, 12, -12, 24, -24, 38, -38];

/**
 * The middle of the label of each line: on it or beside it, on no box and no other label, and on no other line if that can be. A
 * line without such a place has no label.
 */
export function labelsOf(
  lines: ReadonlyMap<string, Line>,
  obstacles: readonly Box[],
): ReadonlyMap<string, Point> {
  const taken = [...obstacles];
  const labels = new Map<string, Point>();
  const passes = [...lines].flatMap(([key, { curves }]) =>
    Array.from({ length: 25 }, (_, index) => ({ key, ...pointOf(curves, index / 24) })),
  );
  for (const [key, { curves }] of lines) {
    const places = asides.flatMap((aside) => shares.map((share) => pointOf(curves, share, aside)));
    const free = places.filter((place) => {
      const box = boxOf(place);
      return box.y >= 0 && !taken.some((one) => overlap(one, box));
    });
    const isAlone = (place: Point): boolean =>
      !passes.some((one) => one.key !== key && overlap(boxOf(place), { ...one, ...noSize }));
    const best = free.find(isAlone) ?? free[0];
    if (best === undefined) continue;
    labels.set(key, best);
    taken.push(boxOf(best));
  }
  return labels;
}

const noSize = { width: 0, height: 0 } as const;

export function boxOf({ x, y }: Point): Box {
  const { width, height } = labelSize;
  return { x: x - width / 2, y: y - height / 2, width, height };
}

export function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

/** Of a share from 0 to 1 of the curves together, and so far beside them. */
function pointOf(curves: readonly Curve[], share: number, aside = 0): Point {
  const place = Math.min(share, 0.9999) * curves.length;
  const curve = curves[Math.floor(place)] ?? [];
  const [end, start] = [place % 1, 1 - (place % 1)];
  const weights = [start ** 3, 3 * start ** 2 * end, 3 * start * end ** 2, end ** 3];
  // How they change, which is the way that the line goes here.
  const slopes = [
    -(start ** 2),
    start ** 2 - 2 * start * end,
    2 * start * end - end ** 2,
    end ** 2,
  ];
  const sum = (axis: "x" | "y", by: readonly number[]): number =>
    curve.reduce((total, point, index) => total + point[axis] * (by[index] ?? 0), 0);
  const [right, down] = [sum("x", slopes), sum("y", slopes)];
  const shift = aside / (Math.hypot(right, down) || 1);
  return { x: sum("x", weights) - down * shift, y: sum("y", weights) + right * shift };
}
