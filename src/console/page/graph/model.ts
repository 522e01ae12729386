import type { Edge, Graph } from "../api/types.ts";

export type NodeKind = "source" | "function" | "egress";

/** Something that sends or takes messages. Its key is of one run and of all. */
export interface GraphNode {
  readonly key: string;
  readonly kind: NodeKind;
  /** Of the API; `""` for what has no name of its own. */
  readonly name: string;
  readonly title: string;
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
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** What there is no room for. */
  readonly hiddenNodes: number;
  readonly hiddenEdges: number;
}

export const maxNodes = 40;
/** More lines than this are a carpet. */
export const maxEdges = 120;

const sourceTitles = { http: "HTTP", client: "This process", timer: "Timers" } as const;

export function functionKey(name: string): string {
  return `function ${name}`;
}

export function egressKey(name: string): string {
  return `egress ${name}`;
}

export function ingressKey(name: string): string {
  return `ingress ${name}`;
}

export function sourceOf({ kind, name = "" }: Edge["from"]): GraphNode {
  // A message for later comes from the function that has sent it.
  if (kind === "function" || (kind === "timer" && name !== "")) return functionNode(name);
  if (kind === "ingress") return { key: ingressKey(name), kind: "source", name, title: name };
  return { key: kind, kind: "source", name: "", title: sourceTitles[kind] };
}

function functionNode(name: string): GraphNode {
  return { key: functionKey(name), kind: "function", name, title: name };
}

function targetOf({ kind, name }: Edge["to"]): GraphNode {
  return kind === "function"
    ? functionNode(name)
    : { key: egressKey(name), kind: "egress", name, title: name };
}

/** Of an edge of the API, the edge of the picture: several may be one there. */
export function edgeKey({ from, to }: Pick<Edge, "from" | "to">): string {
  return `${sourceOf(from).key}\n${targetOf(to).key}`;
}

/** What is drawn: all functions and what is connected, or the busiest of it. */
export function modelOf(graph: Graph | undefined, functions: readonly string[]): GraphModel {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  for (const one of graph?.edges ?? []) {
    const from = sourceOf(one.from);
    const to = targetOf(one.to);
    nodes.set(from.key, from).set(to.key, to);
    const key = edgeKey(one);
    const before = edges.get(key);
    edges.set(key, {
      key,
      from: from.key,
      to: to.key,
      messages: (before?.messages ?? 0) + one.messages,
      isLater: one.from.kind === "timer" && before?.isLater !== false,
    });
  }
  for (const name of functions) nodes.set(functionKey(name), functionNode(name));
  return chosen([...nodes.values()].sort(byName), [...edges.values()].sort(byTraffic));
}

function chosen(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): GraphModel {
  const room = new Set<string>();
  const shown: GraphEdge[] = [];
  for (const edge of edges) {
    const fresh = new Set([edge.from, edge.to].filter((key) => !room.has(key)));
    if (shown.length >= maxEdges || room.size + fresh.size > maxNodes) continue;
    for (const key of fresh) room.add(key);
    shown.push(edge);
  }
  for (const { key } of nodes) if (room.size < maxNodes) room.add(key);
  const shownNodes = nodes.filter(({ key }) => room.has(key));
  return {
    nodes: shownNodes,
    edges: shown.sort((left, right) => (left.key < right.key ? -1 : 1)),
    hiddenNodes: nodes.length - shownNodes.length,
    hiddenEdges: edges.length - shown.length,
  };
}

function byName(left: GraphNode, right: GraphNode): number {
  return left.key < right.key ? -1 : 1;
}

/** By powers of two, so that two that are about equal do not change places each second. */
function byTraffic(left: GraphEdge, right: GraphEdge): number {
  const size = ({ messages }: GraphEdge): number => Math.floor(Math.log2(messages + 1));
  return size(right) - size(left) || (left.key < right.key ? -1 : 1);
}
