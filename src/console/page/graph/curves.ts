export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Begin, two controls, end of a cubic curve. */
export type Curve = readonly [Point, Point, Point, Point];

export interface Sample extends Point {
  /** Across the line, of length 1. */
  readonly across: Point;
}

/** From side to side: it leaves and arrives level. */
export function level(from: Point, to: Point): Curve {
  const bend = (to.x - from.x) / 2;
  return [from, { x: from.x + bend, y: from.y }, { x: to.x - bend, y: to.y }, to];
}

export function straight(from: Point, to: Point): Curve {
  const at = (share: number): Point => ({
    x: from.x + (to.x - from.x) * share,
    y: from.y + (to.y - from.y) * share,
  });
  return [from, at(1 / 3), at(2 / 3), to];
}

/** Out to one side, and back to it. */
export function bow(from: Point, to: Point, by: Point): Curve {
  return [from, { x: from.x + by.x, y: from.y + by.y }, { x: to.x + by.x, y: to.y + by.y }, to];
}

export function pathOf(curves: readonly Curve[]): string {
  const text = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;
  return curves
    .map(([from, one, other, to], index) => {
      const start = index === 0 ? `M${text(from)}` : "";
      return `${start}C${text(one)} ${text(other)} ${text(to)}`;
    })
    .join("");
}

/** Of a share from 0 to 1 of the pieces together. */
export function sampleOf(curves: readonly Curve[], share: number): Sample {
  const place = Math.min(Math.max(share, 0), 0.9999) * curves.length;
  const [a, b, c, d] = curves[Math.floor(place)] ?? [origin, origin, origin, origin];
  const t = place % 1;
  const s = 1 - t;
  const at = (axis: "x" | "y"): number =>
    s ** 3 * a[axis] + 3 * s * s * t * b[axis] + 3 * s * t * t * c[axis] + t ** 3 * d[axis];
  const slope = (axis: "x" | "y"): number =>
    s * s * (b[axis] - a[axis]) + 2 * s * t * (c[axis] - b[axis]) + t * t * (d[axis] - c[axis]);
  const length = Math.hypot(slope("x"), slope("y")) || 1;
  return {
    x: at("x"),
    y: at("y"),
    across: { x: -slope("y") / length, y: slope("x") / length },
  };
}

const origin: Point = { x: 0, y: 0 };

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
