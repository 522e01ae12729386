import type { GraphEdge } from "./model.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** Begin, two controls, end of a cubic curve. */
export type Curve = readonly [Point, Point, Point, Point];

export interface Line {
  readonly curves: readonly Curve[];
  /** Where the arrow touches the border, and where it points to, in degrees: 0 is right. */
  readonly tip: Point;
  readonly angle: 0 | 90 | 180;
}

/** Of an arrow: the line ends so far before the border. */
export const headLength = 9;
/** How far a line between two nodes of a column goes out to the right, and the room that it needs with its label. */
const bowWidth = 46;
export const bowRoom = 58;

const portStep = 13;

/** What an edge passes: from its start to its end. */
export type ChainOf = (edge: GraphEdge) => readonly Box[];

/** The line of each edge. */
export function linesOf(edges: readonly GraphEdge[], chainOf: ChainOf): ReadonlyMap<string, Line> {
  const ports = portsOf(edges, chainOf);
  return new Map(
    edges.flatMap((edge) => {
      const chain = chainOf(edge);
      const [from, to] = [chain[0], chain.at(-1)];
      if (from === undefined || to === undefined) return [];
      const start = ports.get(`${edge.key} start`);
      const tip = ports.get(`${edge.key} end`);
      const isLoop = start === undefined || tip === undefined;
      return [[edge.key, isLoop ? loop(from) : across(start, tip, chain)] as const];
    }),
  );
}

interface Port {
  readonly name: string;
  /** Where the line goes to from here: ports of one side stand in this order. */
  readonly towards: number;
}

/** Where lines leave and arrive at the sides of a node: one below the other, in the order of where they go. */
function portsOf(edges: readonly GraphEdge[], chainOf: ChainOf): ReadonlyMap<string, Point> {
  const sides = new Map<string, { readonly at: Point; readonly step: number; all: Port[] }>();
  const add = (chain: readonly Box[], isRight: boolean, name: string): void => {
    const [box, next] = chain;
    if (box === undefined || next === undefined) return;
    const at = { x: isRight ? box.x + box.width : box.x, y: box.y + box.height / 2 };
    const side = sides.get(`${at.x} ${at.y}`) ?? { at, step: box.height - 18, all: [] };
    side.all.push({ name, towards: next.y + next.height / 2 });
    sides.set(`${at.x} ${at.y}`, side);
  };
  for (const edge of edges) {
    if (edge.from === edge.to) continue;
    const chain = chainOf(edge);
    const way = wayOf(chain);
    add(chain, way >= 0, `${edge.key} start`);
    add([...chain].reverse(), way <= 0, `${edge.key} end`);
  }
  const ports = new Map<string, Point>();
  for (const { at, step, all } of sides.values()) {
    const last = all.length - 1;
    const distance = Math.min(portStep, step / Math.max(1, last));
    all.sort((one, other) => one.towards - other.towards);
    for (const [index, { name }] of all.entries()) {
      ports.set(name, { x: at.x, y: at.y + (index - last / 2) * distance });
    }
  }
  return ports;
}

/** Above 0: to the right. 0: in one column. */
function wayOf(chain: readonly Box[]): number {
  return Math.sign((chain.at(-1)?.x ?? 0) - (chain[0]?.x ?? 0));
}

function across(start: Point, tip: Point, chain: readonly Box[]): Line {
  const way = wayOf(chain);
  const head = way > 0 ? -headLength : headLength;
  const end = { x: tip.x + head, y: tip.y };
  if (way === 0) return { curves: [bow(start, end, { x: bowWidth, y: 0 })], tip, angle: 180 };
  const stops = chain.slice(1, -1).flatMap(({ x, y, width, height }) => {
    const sides = [x, x + width].map((side) => ({ x: side, y: y + height / 2 }));
    return way > 0 ? sides : sides.reverse();
  });
  const points = [start, ...stops, end];
  const curves = points.slice(1).map((to, index) => level(points[index] ?? start, to));
  return { curves, tip, angle: way > 0 ? 0 : 180 };
}

/** From side to side: it leaves and arrives level. */
function level(from: Point, to: Point): Curve {
  const middle = (from.x + to.x) / 2;
  return [from, { x: middle, y: from.y }, { x: middle, y: to.y }, to];
}

/** Out to one side, and back to it. */
function bow(from: Point, to: Point, out: Point): Curve {
  const [one, other] = [from, to].map(({ x, y }) => ({ x: x + out.x, y: y + out.y }));
  return [from, one ?? from, other ?? to, to];
}

/** At the top of a node. */
function loop({ x, y }: Box): Line {
  const tip = { x: x + 28, y };
  const end = { x: tip.x, y: y - headLength };
  return { curves: [bow({ x: x + 9, y }, end, { x: 0, y: -18 })], tip, angle: 90 };
}

export function pathOf(curves: readonly Curve[]): string {
  const text = ({ x, y }: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
  return curves.map(([from, ...to]) => `M${text(from)}C${to.map(text).join()}`).join("");
}
