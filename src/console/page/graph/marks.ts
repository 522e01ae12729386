import { shortCount } from "../ui/numbers.ts";
import type { Point } from "./curves.ts";
import { type Direction, headLength } from "./lines.ts";

/** Of a line: the busiest is the widest, and none is so thin that it cannot be seen. */
export function edgeWidth(rate: number, most: number): number {
  if (rate <= 0 || most <= 0) return 1.2;
  return Math.round((1.4 + 5 * Math.sqrt(rate / most)) * 10) / 10;
}

/** The corners of the head of an arrow, with its tip at the border of a node. */
export function arrowOf({ x, y }: Point, direction: Direction, width: number): string {
  const half = 3.4 + width / 2;
  const sign = direction === "right" || direction === "down" ? -1 : 1;
  const back = sign * (headLength + 1);
  const isLevel = direction === "right" || direction === "left";
  const corners: readonly Point[] = isLevel
    ? [
        { x: x + back, y: y - half },
        { x, y },
        { x: x + back, y: y + half },
      ]
    : [
        { x: x - half, y: y + back },
        { x, y },
        { x: x + half, y: y + back },
      ];
  return corners.map((corner) => `${fixed(corner.x)},${fixed(corner.y)}`).join(" ");
}

/** "412/s", in at most seven characters. */
export function shortRate(rate: number): string {
  if (rate > 0 && rate < 0.1) return "<0.1/s";
  return `${rate < 9.95 ? fixed(rate) : shortCount(Math.round(rate))}/s`;
}

function fixed(value: number): number {
  return Math.round(value * 10) / 10;
}
