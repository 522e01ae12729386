import { type Slot, stack } from "./columns.ts";
import { labelsOf } from "./labels.ts";
import { layersOf } from "./layers.ts";
import { type Box, bowRoom, type Line, linesOf, type Point } from "./lines.ts";
import type { GraphEdge, GraphModel } from "./model.ts";

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Of nodes: by columns, from top to bottom. */
  readonly boxes: ReadonlyMap<string, Box>;
  readonly lines: ReadonlyMap<string, Line>;
  /** Where labels of edges stand. Undefined where there is no room for one. */
  readonly labels: ReadonlyMap<string, Point>;
}

export interface LayoutOptions {
  /** Of the place that there is; the layout may need more. */
  readonly width: number;
  /** Of a node. */
  readonly heightOf: (key: string) => number;
}

const padding = { x: 14, top: 36, bottom: 22 } as const;
/** `scrolled`: where they do not fit anyway. */
const nodeWidth = { least: 122, most: 172, scrolled: 156 } as const;
const columnGap = { least: 68, most: 200 } as const;
const laneHeight = 18;
/** Where a column is long, its nodes stand closer. */
const rowGap = { usual: 40, close: 24, longFrom: 8 } as const;

/** Where everything stands. The same model and width give the same layout. */
export function layoutOf(model: GraphModel, { width, heightOf }: LayoutOptions): Layout {
  const { slots, chains } = slotsOf(model, heightOf);
  const columns: Slot[][] = [];
  for (const slot of slots) {
    columns[slot.layer] ??= [];
    columns[slot.layer]?.push(slot);
  }
  const longest = Math.max(0, ...columns.map(({ length }) => length));
  stack(columns, longest >= rowGap.longFrom ? rowGap.close : rowGap.usual);
  // Lines beside the last column need room too.
  const hasBow = model.edges.some(({ key, from, to }) => {
    const [left, right] = chains.get(key) ?? [];
    return from !== to && left?.layer === right?.layer && left?.layer === columns.length - 1;
  });
  const { x, size, total } = columnsOf(columns.length, width, hasBow ? bowRoom : 0);
  const top = Math.min(...slots.map(({ middle, height }) => middle - height / 2));
  const boxOf = ({ layer, middle, height }: Slot): Box => ({
    ...{ x: x(layer), y: padding.top + middle - top - height / 2, width: size, height },
  });
  const lines = linesOf(model.edges, ({ key }) => (chains.get(key) ?? []).map(boxOf));
  const nodes = columns.flat().filter(({ key }) => model.nodes.has(key));
  const boxes = new Map(nodes.map((slot) => [slot.key, boxOf(slot)]));
  const bottoms = slots.map(boxOf).map(({ y, height }) => y + height);
  return {
    ...{ width: total, height: Math.max(0, ...bottoms) + padding.bottom, boxes, lines },
    labels: labelsOf(lines, [
      ...[...boxes.values()].flatMap(obstaclesOf),
      ...[...lines.values()].map(({ tip: { x, y } }) => boxAround(x, y)),
    ]),
  };
}

/** Nodes, and for each edge a lane in each column that it passes. */
function slotsOf(model: GraphModel, heightOf: LayoutOptions["heightOf"]) {
  const layers = layersOf(model);
  const all = new Map<string, Slot>();
  const slotOf = (key: string, layer: number, height: number): Slot => {
    const slot = all.get(key) ?? { key, layer, height, near: [], middle: 0, wanted: 0 };
    all.set(key, slot);
    return slot;
  };
  const nodeOf = (key: string): Slot => slotOf(key, layers.get(key) ?? 0, heightOf(key));
  for (const key of model.nodes.keys()) nodeOf(key);
  const chainOf = ({ key, from, to }: GraphEdge): Slot[] => {
    const [start, end] = [nodeOf(from), nodeOf(to)];
    const way = Math.sign(end.layer - start.layer);
    const chain = [start];
    for (let layer = start.layer + way; (end.layer - layer) * way > 0; layer += way) {
      chain.push(slotOf(`${key}\n${layer}`, layer, laneHeight));
    }
    for (const [index, slot] of [...chain.slice(1), end].entries()) {
      const before = chain[index];
      if (before === undefined || before.layer === slot.layer) continue;
      before.near.push(slot);
      slot.near.push(before);
    }
    return [...chain, end];
  };
  const chains = new Map(model.edges.map((edge) => [edge.key, chainOf(edge)]));
  return { slots: [...all.values()], chains };
}

function columnsOf(count: number, width: number, extra: number) {
  const room = width - 2 * padding.x - extra;
  const { least, most, scrolled } = nodeWidth;
  const wanted = (room - (count - 1) * columnGap.least) / Math.max(1, count);
  const size = wanted < least ? scrolled : Math.floor(Math.min(most, wanted));
  const spare = (room - count * size) / Math.max(1, count - 1);
  const gap = Math.min(columnGap.most, Math.max(columnGap.least, spare));
  const used = count * size + (count - 1) * gap;
  // Few columns stand in the middle.
  const start = padding.x + Math.max(0, (room - used) / 2);
  const x = (layer: number): number => Math.round(start + layer * (size + gap));
  return { x, size, total: Math.max(width, used + extra + 2 * padding.x) };
}

/** The head of an arrow, wherever it points to. */
function boxAround(x: number, y: number): Box {
  return { x: x - 9, y: y - 4, width: 18, height: 8 };
}

/** A node with its edge, and the badge at its corner. */
function obstaclesOf({ x, y, width, height }: Box): Box[] {
  return [
    { x: x - 3, y: y - 3, width: width + 6, height: height + 6 },
    { x: x + width - 56, y: y - 12, width: 64, height: 24 },
  ];
}
