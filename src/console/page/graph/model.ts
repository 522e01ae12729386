import type { Edge, Graph } from "../api/types.ts";

export type NodeKind = Edge["from"]["kind"] | "egress";

/** Something that sends or takes messages. Its key is of one run and of all. */
export interface GraphNode {
  readonly key: string;
  readonly kind: NodeKind;
  /** Of the API; `""` for what has no name of its own. */
  readonly name: string;
}

/** All that goes from one node to another. */
export interface GraphEdge {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly messages: number;
  /** Only messages for later go here. */
  readonly isLater: boolean;
}

export interface GraphModel {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly edges: readonly GraphEdge[];
}

export const maxNodes = 40;
/** More lines than this are a carpet. */
export const maxEdges = 120;

const titles = new Map<NodeKind, string>([
  ["http", "HTTP"],
  ["client", "This process"],
  ["timer", "Timers"],
]);

export function titleOf({ kind, name }: GraphNode): string {
  return name === "" ? (titles.get(kind) ?? kind) : name;
}

function nodeOf({ kind, name = "" }: { readonly kind: NodeKind; readonly name?: string }) {
  // A message for later comes from the function that has sent it.
  if (kind === "timer" && name !== "") kind = "function";
  return { key: `${kind} ${name}`, kind, name };
}

/** Of an edge of the API, the edge of the picture: several may be one there. */
export function edgeKey({ from, to }: Pick<Edge, "from" | "to">): string {
  return `${nodeOf(from).key}\n${nodeOf(to).key}`;
}

/** All functions, and what goes where. */
export function modelOf(graph: Graph | undefined, functions: readonly string[]): GraphModel {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  for (const one of graph?.edges ?? []) {
    const [from, to] = [nodeOf(one.from), nodeOf(one.to)];
    nodes.set(from.key, from).set(to.key, to);
    const key = edgeKey(one);
    const { messages = 0, isLater = true } = edges.get(key) ?? {};
    edges.set(key, {
      ...{ key, from: from.key, to: to.key, messages: messages + one.messages },
      isLater: isLater && one.from.kind === "timer",
    });
  }
  for (const name of functions) {
    const node = nodeOf({ kind: "function", name });
    nodes.set(node.key, node);
  }
  return { nodes, edges: [...edges.values()].sort(byTraffic) };
}

/** What there is room for: the busiest, in an order that does not change with the numbers. */
export function busiest({ nodes, edges }: GraphModel): GraphModel {
  const room = new Set<string>();
  const shown = edges.filter(({ from, to }) => {
    const both = new Set([...room, from, to]);
    if (both.size > maxNodes) return false;
    room.add(from).add(to);
    return true;
  });
  const names = [...nodes.keys()].sort();
  for (const key of names) if (room.size < maxNodes) room.add(key);
  return {
    nodes: new Map([...nodes].filter(([key]) => room.has(key)).sort(byKey)),
    edges: shown.slice(0, maxEdges).sort((one, other) => byKey([one.key], [other.key])),
  };
}

function byKey([one]: readonly [string, ...unknown[]], [other]: readonly [string, ...unknown[]]) {
  return one < other ? -1 : 1;
}

/** By powers of two, so that two that are about equal do not change places each second. */
function byTraffic(one: GraphEdge, other: GraphEdge): number {
  const size = ({ messages }: GraphEdge): number => Math.floor(Math.log2(messages + 1));
  return size(other) - size(one) || (one.key < other.key ? -1 : 1);
}
