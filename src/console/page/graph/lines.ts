import { bow, type Curve, level, type Point, straight } from "./curves.ts";
import type { Box, Place } from "./labels.ts";
import type { GraphEdge } from "./model.ts";

export type Direction = "right" | "left" | "down" | "up";

export interface Line {
  readonly curves: readonly Curve[];
  /** Where the arrow touches the border. */
  readonly tip: Point;
  readonly direction: Direction;
  /** Where its label stands best; undefined: on the line. */
  readonly label?: Place;
}

/** Of an arrow: the line ends so far before the border. */
export const headLength = 9;

const bowWidth = 46;
const portStep = 13;

interface End {
  readonly edge: GraphEdge;
  readonly isStart: boolean;
  readonly side: "left" | "right";
  /** Where the line goes to from here: ends of one side stand in this order. */
  readonly towards: number;
}

export interface Places {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly layerOf: (key: string) => number;
  /** Where an edge passes columns between: from its start to its end. */
  readonly lanesOf: (edge: GraphEdge) => readonly Box[];
  /** Whether two nodes of a column are next to each other. */
  readonly areNext: (one: string, other: string) => boolean;
}

/** The line of each edge. */
export function linesOf(edges: readonly GraphEdge[], places: Places): ReadonlyMap<string, Line> {
  const ports = portsOf(edges, places);
  const lines = new Map<string, Line>();
  const keys = new Set(edges.map(({ key }) => key));
  for (const edge of edges) {
    const from = places.boxes.get(edge.from);
    const to = places.boxes.get(edge.to);
    if (from === undefined || to === undefined) continue;
    const kind = kindOf(edge, places);
    if (kind === "loop") lines.set(edge.key, loop(from));
    else if (kind === "vertical") {
      lines.set(edge.key, vertical(from, to, keys.has(`${edge.to}\n${edge.from}`)));
    } else {
      const start = ports.get(`${edge.key} start`);
      const end = ports.get(`${edge.key} end`);
      if (start !== undefined && end !== undefined) {
        lines.set(edge.key, across(start, end, places.lanesOf(edge), kind));
      }
    }
  }
  return lines;
}

type Kind = "loop" | "vertical" | "bow" | "forward" | "back";

function kindOf({ from, to }: GraphEdge, { layerOf, areNext }: Places): Kind {
  if (from === to) return "loop";
  const difference = layerOf(to) - layerOf(from);
  if (difference !== 0) return difference > 0 ? "forward" : "back";
  return areNext(from, to) ? "vertical" : "bow";
}

/** Where lines leave and arrive at the sides of a node: one below the other, in the order of where they go. */
function portsOf(edges: readonly GraphEdge[], places: Places): ReadonlyMap<string, Point> {
  const sides = new Map<string, End[]>();
  const add = (node: string, end: End): void => {
    const key = `${node} ${end.side}`;
    sides.set(key, [...(sides.get(key) ?? []), end]);
  };
  const middle = (box: Box | undefined): number => (box === undefined ? 0 : box.y + box.height / 2);
  for (const edge of edges) {
    const kind = kindOf(edge, places);
    if (kind === "loop" || kind === "vertical") continue;
    const lanes = places.lanesOf(edge);
    const first = middle(lanes[0] ?? places.boxes.get(edge.to));
    const last = middle(lanes.at(-1) ?? places.boxes.get(edge.from));
    const startSide = kind === "back" ? "left" : "right";
    const endSide = kind === "forward" ? "left" : "right";
    add(edge.from, { edge, isStart: true, side: startSide, towards: first });
    add(edge.to, { edge, isStart: false, side: endSide, towards: last });
  }
  const ports = new Map<string, Point>();
  for (const [key, ends] of sides) {
    const node = key.slice(0, key.lastIndexOf(" "));
    const box = places.boxes.get(node);
    if (box !== undefined) place(ends, box, ports);
  }
  return ports;
}

function place(ends: readonly End[], box: Box, ports: Map<string, Point>): void {
  const sorted = [...ends].sort((one, other) => one.towards - other.towards);
  const step = Math.min(portStep, (box.height - 18) / Math.max(1, sorted.length - 1));
  for (const [index, { edge, isStart, side }] of sorted.entries()) {
    ports.set(`${edge.key} ${isStart ? "start" : "end"}`, {
      x: side === "right" ? box.x + box.width : box.x,
      y: box.y + box.height / 2 + (index - (sorted.length - 1) / 2) * step,
    });
  }
}

function across(start: Point, tip: Point, lanes: readonly Box[], kind: Kind): Line {
  if (kind === "bow") {
    const end = { x: tip.x + headLength, y: tip.y };
    const out = { x: bowWidth, y: 0 };
    return { curves: [bow(start, end, out)], tip, direction: "left" };
  }
  const isForward = kind === "forward";
  const end = { x: tip.x + (isForward ? -headLength : headLength), y: tip.y };
  const curves: Curve[] = [];
  let at = start;
  for (const { x, y, width, height } of lanes) {
    const before = { x: isForward ? x : x + width, y: y + height / 2 };
    const behind = { x: isForward ? x + width : x, y: y + height / 2 };
    curves.push(level(at, before), straight(before, behind));
    at = behind;
  }
  curves.push(level(at, end));
  return { curves, tip, direction: isForward ? "right" : "left" };
}

/** Between two nodes of a column that are next to each other; two that go both ways stand side by side. */
function vertical(from: Box, to: Box, isBothWays: boolean): Line {
  const isDown = to.y > from.y;
  const x = from.x + from.width / 2 + (isBothWays ? (isDown ? -16 : 16) : 0);
  const start = { x, y: isDown ? from.y + from.height : from.y };
  const tip = { x, y: isDown ? to.y : to.y + to.height };
  const end = { x, y: tip.y + (isDown ? -headLength : headLength) };
  const label = { x: x + 9, y: (start.y + tip.y) / 2, isBeside: true };
  return { curves: [straight(start, end)], tip, direction: isDown ? "down" : "up", label };
}

/** At the top, beside the middle, where a line from above may arrive. */
function loop({ x, y }: Box): Line {
  const start = { x: x + 9, y };
  const tip = { x: x + 28, y };
  const end = { x: tip.x, y: y - headLength };
  const label = { x: tip.x + 6, y: y - 13, isBeside: true };
  return { curves: [bow(start, end, { x: 0, y: -18 })], tip, direction: "down", label };
}
