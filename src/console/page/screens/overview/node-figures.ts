import type { EgressRow, IngressRow } from "../../api/types.ts";
import { type NodeFigures, shortRate } from "../../graph/graph-picture.tsx";
import type { GraphEdge, GraphNode } from "../../graph/model.ts";
import { linkTo } from "../../route/route.ts";
import { shortCount, shortDuration } from "../../ui/numbers.ts";
import type { FunctionLine } from "../functions/function-lines.ts";
import { isStill, lagOf } from "./connection-needs.ts";

export interface NodeSources {
  readonly edges: readonly GraphEdge[];
  readonly rateOf: (key: string) => number;
  /** Undefined: they could not be read. */
  readonly lines: readonly FunctionLine[] | undefined;
  readonly egresses?: readonly EgressRow[];
  readonly ingresses?: readonly IngressRow[];
  readonly nowMs: number;
}

/** What stands in a node of the graph. */
export function figuresOf({ key, kind, name }: GraphNode, sources: NodeSources): NodeFigures {
  const end = kind === "function" || kind === "egress" ? "to" : "from";
  const flow = shortRate(
    sources.edges
      .filter((edge) => edge[end] === key)
      .reduce((total, edge) => total + sources.rateOf(edge.key), 0),
  );
  if (kind === "function") return functionFigures(name, flow, sources);
  if (kind === "egress") return egressFigures(name, flow, sources.egresses);
  const ingress = sources.ingresses?.find(({ typename }) => typename === name);
  if (ingress === undefined) return { detail: flow, tone: "plain" };
  return {
    detail: isStill(ingress) ? ingress.status : `${flow} · lag ${shortCount(lagOf(ingress))}`,
    tone: isStill(ingress) ? "warn" : "plain",
    href: linkTo("connections", { ingress: name }),
  };
}

function functionFigures(name: string, flow: string, { lines, nowMs }: NodeSources): NodeFigures {
  const href = linkTo("functions", { function: name });
  if (lines === undefined) return { detail: flow, tone: "plain", href };
  const line = lines.find(({ typename }) => typename === name);
  // A message may go to a name that nobody has bound.
  if (line === undefined) return { detail: `${flow} · not bound`, tone: "warn", href };
  const { row, endpoint, rate, waiting } = line;
  const at = endpoint?.name ?? row.endpoint ?? "elsewhere";
  const place = row.remote && at !== name ? at : undefined;
  if (endpoint?.up === false) {
    const age = shortDuration(nowMs - (endpoint.sinceMs ?? nowMs));
    return { detail: `down ${age}`, tone: "bad", place, waiting, href };
  }
  if (row.paused) return { detail: "paused", tone: "warn", place, waiting, href };
  const detail = `${shortRate(rate)} · ${shortCount(waiting)} wait`;
  return { detail, tone: "good", place, href };
}

function egressFigures(
  name: string,
  flow: string,
  egresses: readonly EgressRow[] = [],
): NodeFigures {
  const href = linkTo("connections", { egress: name });
  const egress = egresses.find(({ typename }) => typename === name);
  if (egress === undefined) return { detail: `${flow} · not bound`, tone: "warn", href };
  if (egress.status === "waiting") {
    return { detail: `${shortCount(egress.backlog ?? 0)} not delivered`, tone: "warn", href };
  }
  return { detail: egress.kind === "kept" ? `kept · ${flow}` : flow, tone: "plain", href };
}
