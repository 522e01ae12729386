import type { EgressRow, IngressRow } from "../../api/types.ts";
import type { NodeFigures } from "../../graph/graph-picture.tsx";
import { shortRate } from "../../graph/marks.ts";
import type { GraphModel, GraphNode } from "../../graph/model.ts";
import { linkTo } from "../../route/route.ts";
import { shortCount, shortDuration } from "../../ui/numbers.ts";
import type { FunctionLine } from "../functions/rows.ts";

export interface NodeSources {
  readonly model: GraphModel;
  /** Undefined: they could not be read. */
  readonly lines: readonly FunctionLine[] | undefined;
  readonly rateOf: (key: string) => number;
  readonly egresses: readonly EgressRow[];
  readonly ingresses: readonly IngressRow[];
  readonly nowMs: number;
}

/** What stands in each node of the graph. */
export function nodeFigures(sources: NodeSources): (node: GraphNode) => NodeFigures {
  return (node) => {
    if (node.kind === "function") return functionFigures(node, sources);
    if (node.kind === "egress") return egressFigures(node, sources);
    return sourceFigures(node, sources);
  };
}

function functionFigures({ key, name }: GraphNode, sources: NodeSources): NodeFigures {
  const href = linkTo("functions", { function: name });
  const flowIn = shortRate(sum(sources, "to", key));
  if (sources.lines === undefined) return { detail: flowIn, tone: "plain", waiting: 0, href };
  const line = sources.lines.find(({ view }) => view.typename === name);
  // A message may go to a name that nobody has bound.
  if (line === undefined) {
    return { detail: `${flowIn} · not bound`, tone: "warn", waiting: 0, href };
  }
  const { view, numbers } = line;
  const { tone, endpoint, row } = view;
  const isStill = tone === "bad" || row.paused;
  const since = endpoint?.sinceMs;
  const age = since === undefined ? "" : ` ${shortDuration(sources.nowMs - since)}`;
  const flow = `${shortRate(numbers.rate)} · ${shortCount(numbers.waiting)} wait`;
  return {
    detail: tone === "bad" ? `down${age}` : row.paused ? "paused" : flow,
    place: row.remote ? (endpoint?.name ?? row.endpoint ?? "elsewhere") : undefined,
    tone: tone === "plain" || (tone === "warn" && !row.paused) ? "good" : tone,
    waiting: isStill ? numbers.waiting : 0,
    href,
  };
}

function egressFigures({ key, name }: GraphNode, sources: NodeSources): NodeFigures {
  const egress = sources.egresses.find(({ typename }) => typename === name);
  const isWaiting = egress?.status === "waiting";
  const { backlog = 0, kind } = egress ?? {};
  const flow = shortRate(sum(sources, "to", key));
  const words = [kind === "kept" ? "kept" : "", flow].filter((one) => one !== "");
  if (egress === undefined) words.push("not bound");
  return {
    detail: isWaiting ? `${shortCount(backlog)} behind` : words.join(" · "),
    tone: isWaiting || egress === undefined ? "warn" : "plain",
    waiting: 0,
    href: linkTo("connections", { egress: name }),
  };
}

function sourceFigures({ key, name }: GraphNode, sources: NodeSources): NodeFigures {
  const flow = shortRate(sum(sources, "from", key));
  const ingress = sources.ingresses.find(({ typename }) => typename === name);
  if (ingress === undefined) return { detail: flow, tone: "plain", waiting: 0, href: undefined };
  const isStill = ingress.status !== "running" && ingress.status !== "starting";
  const lag = ingress.sources.reduce((total, { lag = 0 }) => total + lag, 0);
  return {
    detail: isStill ? ingress.status : `${flow} · lag ${shortCount(lag)}`,
    tone: isStill ? "warn" : "plain",
    waiting: 0,
    href: linkTo("connections", { ingress: name }),
  };
}

function sum({ model, rateOf }: NodeSources, end: "from" | "to", node: string): number {
  return model.edges
    .filter((edge) => edge[end] === node)
    .reduce((total, { key }) => total + rateOf(key), 0);
}
