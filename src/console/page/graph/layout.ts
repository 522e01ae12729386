import { type Point, pathOf } from "./curves.ts";
import { middlesOf } from "./heights.ts";
import { type Box, labelsOf, type Place } from "./labels.ts";
import { layersOf } from "./layers.ts";
import { type Direction, type Line, linesOf } from "./lines.ts";
import type { GraphEdge, GraphModel } from "./model.ts";
import { orderOf, type Segment, type Slot } from "./order.ts";

export interface DrawnLine {
  readonly path: string;
  readonly tip: Point;
  readonly direction: Direction;
  /** Undefined where there is no room for one. */
  readonly label: Place | undefined;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly lines: ReadonlyMap<string, DrawnLine>;
}

export interface LayoutOptions {
  /** Of the place that there is; the layout may need more. */
  readonly width: number;
  /** Of a node. */
  readonly heightOf: (key: string) => number;
}

const padding = { x: 14, y: 30, bottom: 22 } as const;
/** `scrolled`: where they do not fit anyway. */
const nodeWidth = { least: 122, most: 172, scrolled: 156 } as const;
const columnGap = { least: 68, most: 200 } as const;
const laneHeight = 18;
/** Where a column is long, its nodes stand closer. */
const rowGap = { usual: 40, close: 24, longFrom: 8 } as const;

/** Where everything stands. The same model and width give the same layout. */
export function layoutOf(model: GraphModel, options: LayoutOptions): Layout {
  const layers = layersOf(model);
  const layerOf = (key: string): number => layers.get(key) ?? 0;
  const { slots, segments, lanes } = slotsOf(model, layerOf);
  const columns = Array.from({ length: 1 + Math.max(0, ...layers.values()) }, (_, layer) =>
    slots.filter((slot) => slot.layer === layer),
  );
  const order = orderOf(columns, segments);
  const { boxes, total } = boxesOf(order, segments, options);
  const areNext = (one: string, other: string): boolean =>
    order.some((column) => {
      const at = column.findIndex(({ key }) => key === one);
      return at >= 0 && [column[at - 1]?.key, column[at + 1]?.key].includes(other);
    });
  const lanesOf = ({ key }: GraphEdge): Box[] =>
    (lanes.get(key) ?? []).flatMap((lane) => boxes.get(lane) ?? []);
  const lines = linesOf(model.edges, { boxes, layerOf, lanesOf, areNext });
  const isNode = new Set(model.nodes.map(({ key }) => key));
  const nodes = new Map([...boxes].filter(([key]) => isNode.has(key)));
  const bottom = Math.max(0, ...[...boxes.values()].map((box) => box.y + box.height));
  return {
    width: total,
    height: bottom + padding.bottom,
    boxes: nodes,
    lines: drawn(lines, [...nodes.values()]),
  };
}

/** Of nodes, and of the lanes of edges that pass a column. */
function boxesOf(
  order: readonly (readonly Slot[])[],
  segments: readonly Segment[],
  { width, heightOf }: LayoutOptions,
) {
  const layers = new Map(
    order.flatMap((column) => column.map(({ key, layer }) => [key, layer] as const)),
  );
  const sizeOf = ({ key, isLine }: Slot): number => (isLine ? laneHeight : heightOf(key));
  const longest = Math.max(1, ...order.map(({ length }) => length));
  const middles = middlesOf(
    order.map((column) => column.map((slot) => ({ key: slot.key, height: sizeOf(slot) }))),
    neighboursOf(segments.filter(({ left, right }) => layers.get(left) !== layers.get(right))),
    longest >= rowGap.longFrom ? rowGap.close : rowGap.usual,
  );
  const { x, size, total } = columnsOf(order.length, width);
  const boxes = new Map<string, Box>();
  for (const slot of order.flat()) {
    const height = sizeOf(slot);
    const y = padding.y + (middles.get(slot.key) ?? 0) - height / 2;
    boxes.set(slot.key, { x: x(slot.layer), y, width: size, height });
  }
  return { boxes, total };
}

function drawn(
  lines: ReadonlyMap<string, Line>,
  nodes: readonly Box[],
): ReadonlyMap<string, DrawnLine> {
  const labels = labelsOf(
    [...lines].map(([key, { curves, label }]) => ({ key, curves, best: label })),
    nodes.flatMap(obstaclesOf),
  );
  return new Map(
    [...lines].map(([key, { curves, tip, direction }]) => [
      key,
      { path: pathOf(curves), tip, direction, label: labels.get(key) },
    ]),
  );
}

/** Nodes, and for each edge a lane in each column that it passes. */
function slotsOf(model: GraphModel, layerOf: (key: string) => number) {
  const slots: Slot[] = model.nodes.map(({ key }) => ({
    ...{ key, layer: layerOf(key), isLine: false },
  }));
  const segments: Segment[] = [];
  const lanes = new Map<string, string[]>();
  for (const { key, from, to } of model.edges) {
    if (from === to) continue;
    const [left, right] = layerOf(from) <= layerOf(to) ? [from, to] : [to, from];
    const passed: string[] = [];
    for (let layer = layerOf(left) + 1; layer < layerOf(right); layer++) {
      passed.push(`${key}\n${layer}`);
      slots.push({ key: `${key}\n${layer}`, layer, isLine: true });
    }
    const chain = [left, ...passed, right];
    for (let at = 0; at + 1 < chain.length; at++) {
      segments.push({ left: chain[at] ?? "", right: chain[at + 1] ?? "" });
    }
    lanes.set(key, left === from ? passed : passed.reverse());
  }
  return { slots, segments, lanes };
}

function neighboursOf(segments: readonly Segment[]): ReadonlyMap<string, string[]> {
  const all = new Map<string, string[]>();
  for (const { left, right } of segments) {
    all.set(left, [...(all.get(left) ?? []), right]);
    all.set(right, [...(all.get(right) ?? []), left]);
  }
  return all;
}

function columnsOf(count: number, width: number) {
  const room = width - 2 * padding.x;
  const { least, most, scrolled } = nodeWidth;
  const wanted = (room - (count - 1) * columnGap.least) / Math.max(1, count);
  const size = wanted < least ? scrolled : Math.floor(Math.min(most, wanted));
  const spare = (room - count * size) / Math.max(1, count - 1);
  const gap = Math.min(columnGap.most, Math.max(columnGap.least, spare));
  const used = count * size + (count - 1) * gap;
  // Few columns stand in the middle.
  const start = padding.x + Math.max(0, (room - used) / 2);
  const x = (layer: number): number => Math.round(start + layer * (size + gap));
  return { x, size, total: Math.max(width, used + 2 * padding.x) };
}

/** A node with its edge, and the badge at its corner. */
function obstaclesOf({ x, y, width, height }: Box): Box[] {
  return [
    { x: x - 3, y: y - 3, width: width + 6, height: height + 6 },
    { x: x + width - 56, y: y - 12, width: 64, height: 24 },
  ];
}
