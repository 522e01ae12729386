import type { GraphEdge, GraphModel } from "./model.ts";

/**
 * The column of each node: what comes from outside at the left, functions by their distance from it, ways out at the right. An edge
 * that closes a circle goes back, and changes no distance.
 */
export function layersOf({ nodes, edges }: GraphModel): ReadonlyMap<string, number> {
  const layers = new Map<string, number>();
  const functions = nodes.filter(({ kind }) => kind === "function").map(({ key }) => key);
  const isFunction = new Set(functions);
  const outside = edges.filter(({ from, to }) => !isFunction.has(from) && isFunction.has(to));
  const inside = edges.filter(
    ({ from, to }) => isFunction.has(from) && isFunction.has(to) && from !== to,
  );
  const entered = new Set(outside.map(({ to }) => to));
  spread(
    functions.filter((key) => entered.has(key)),
    inside,
    layers,
  );
  // What nothing from outside reaches: from where least arrives.
  for (;;) {
    const rest = functions.filter((key) => !layers.has(key));
    const root = rest.sort((left, right) => arrivals(left, inside) - arrivals(right, inside))[0];
    if (root === undefined) break;
    spread([root], inside, layers);
  }
  const last = Math.max(0, ...layers.values());
  for (const { key, kind } of nodes) {
    if (kind === "source") layers.set(key, 0);
    if (kind === "egress") layers.set(key, last + 1);
  }
  return withoutGaps(layers);
}

function spread(
  roots: readonly string[],
  edges: readonly GraphEdge[],
  layers: Map<string, number>,
): void {
  let now = [...roots];
  for (let layer = 1; now.length > 0; layer++) {
    for (const key of now) layers.set(key, layer);
    const here = new Set(now);
    const next = edges.filter(({ from, to }) => here.has(from) && !layers.has(to));
    now = [...new Set(next.map(({ to }) => to))];
  }
}

function arrivals(key: string, edges: readonly GraphEdge[]): number {
  return edges.filter(({ to }) => to === key).length;
}

function withoutGaps(layers: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const used = [...new Set(layers.values())].sort((left, right) => left - right);
  return new Map([...layers].map(([key, layer]) => [key, used.indexOf(layer)]));
}
