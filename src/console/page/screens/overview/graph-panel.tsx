import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { Graph } from "../../api/types.ts";
import { GraphPicture } from "../../graph/graph-picture.tsx";
import { GraphTable } from "../../graph/graph-table.tsx";
import { busiest, edgeKey, modelOf } from "../../graph/model.ts";
import { useRates } from "../../graph/use-rates.ts";
import { change, linkTo, param } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, Lack, Loading, Panel } from "../../ui/parts.tsx";
import { useRead } from "../../ui/reads/use-read.ts";
import { now } from "../../ui/time.tsx";
import { type Lines, liveLists } from "../functions/use-lines.ts";
import { figuresOf } from "./node-figures.ts";

/** Who sends to whom, as a picture or as a table. */
export function GraphPanel({ data: lines, isLoading }: Lines): JSX.Element {
  const lack = lackOf("graph");
  const graph = useGraph();
  const rates = useRates(graph, graph?.sinceMs ?? 0, countsIn);
  const isTable = param("graph") === "table";
  const isKnown = lack === undefined && graph !== undefined && !isLoading;
  const all = modelOf(graph, lines?.map(({ typename }) => typename) ?? []);
  const shown = busiest(all);
  const isCut = all.nodes.size > shown.nodes.size || all.edges.length > shown.edges.length;
  const sources = { edges: all.edges, rateOf: rates.of, lines, ...liveLists(), nowMs: now.value };
  return (
    <Panel
      title="Who sends to whom"
      note={`messages a second, ${rates.isRecent ? "last 10 s" : "since the start"}`}
      actions={
        <Button onClick={() => change({ graph: isTable ? undefined : "table" })}>
          {isTable ? "As a picture" : "As a table"}
        </Button>
      }
    >
      <Lack of={lack} />
      <Loading isLoading={lack === undefined && !isKnown} what="the graph" />
      {isKnown && isTable && <GraphTable model={all} rateOf={rates.of} />}
      {isKnown && !isTable && (
        <GraphPicture
          model={shown}
          rateOf={rates.of}
          figuresOf={(node) => figuresOf(node, sources)}
        />
      )}
      {isKnown && all.edges.length === 0 && (
        <Empty>
          Nothing was sent since the start.{" "}
          {lines?.[0] !== undefined && (
            <a href={linkTo("send", { function: lines[0].typename, id: "1" })}>Send a message</a>
          )}
        </Empty>
      )}
      {isKnown && isCut && <Empty>The busiest are shown. The table has all.</Empty>}
    </Panel>
  );
}

function countsIn({ edges }: Graph): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const edge of edges) {
    const key = edgeKey(edge);
    counts.set(key, (counts.get(key) ?? 0) + edge.messages);
  }
  return counts;
}

/** Live; a graph that is too large for that is read. */
function useGraph(): Graph | undefined {
  const live = topic<Graph | { readonly isTooLarge: true }>("graph").value;
  const isTooLarge = live !== undefined && "isTooLarge" in live;
  const { data } = useRead<Graph>(isTooLarge ? "graph" : undefined);
  return isTooLarge ? data : live;
}
