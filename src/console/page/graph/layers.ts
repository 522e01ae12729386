import type { GraphModel } from "./model.ts";

/**
 * The column of each node: what comes from outside at the left, functions by their distance from it, ways out at the right. An edge
 * that closes a circle goes back, and changes no distance.
 */
export function layersOf({ nodes, edges }: GraphModel): ReadonlyMap<string, number> {
  const layers = new Map<string, number>();
  const isFunction = (key: string): boolean => nodes.get(key)?.kind === "function";
  const inside = edges.filter(({ from, to }) => isFunction(from) && isFunction(to) && from !== to);
  // What is added on the way is looked at too.
  const spread = (): void => {
    for (const [key, layer] of layers) {
      for (const { from, to } of inside) {
        if (from === key && !layers.has(to)) layers.set(to, layer + 1);
      }
    }
  };
  for (const { from, to } of edges) if (!isFunction(from) && isFunction(to)) layers.set(to, 1);
  spread();
  // What nothing from outside reaches: from where least arrives.
  const arrivals = (key: string): number => inside.filter(({ to }) => to === key).length;
  const functions = [...nodes.keys()].filter(isFunction);
  for (const key of functions.sort((one, other) => arrivals(one) - arrivals(other))) {
    if (layers.has(key)) continue;
    layers.set(key, 1);
    spread();
  }
  const last = Math.max(0, ...layers.values());
  for (const { key, kind } of nodes.values()) {
    if (kind !== "function") layers.set(key, kind === "egress" ? last + 1 : 0);
  }
  const first = Math.min(...layers.values());
  return new Map([...layers].map(([key, layer]) => [key, layer - first]));
}
