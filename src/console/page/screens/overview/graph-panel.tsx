import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { EgressRow, Graph, IngressRow } from "../../api/types.ts";
import { GraphPicture } from "../../graph/graph-picture.tsx";
import { GraphTable } from "../../graph/graph-table.tsx";
import { type GraphModel, modelOf } from "../../graph/model.ts";
import { useEdgeRates } from "../../graph/use-rates.ts";
import { change, linkTo, param } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { Button } from "../../ui/button.tsx";
import { Lack, Loading, Panel } from "../../ui/parts.tsx";
import { useRead } from "../../ui/reads/use-read.ts";
import { now } from "../../ui/time.tsx";
import type { FunctionLine } from "../functions/rows.ts";
import { nodeFigures } from "./node-figures.ts";

interface GraphPanelProps {
  readonly lines: readonly FunctionLine[] | undefined;
  /** Whether functions could not be read: what goes where is known without them. */
  readonly hasFailed: boolean;
}

/** Who sends to whom, as a picture or as a table. */
export function GraphPanel(props: GraphPanelProps): JSX.Element {
  const lack = lackOf("graph");
  if (lack !== undefined) {
    return (
      <Panel title="Who sends to whom">
        <Lack of={lack} />
      </Panel>
    );
  }
  return <LiveGraph {...props} />;
}

function LiveGraph({ lines, hasFailed }: GraphPanelProps): JSX.Element {
  const graph = useGraph();
  const rates = useEdgeRates(graph);
  const isKnown = lines !== undefined || hasFailed;
  const isTable = param("graph") === "table";
  const model = modelOf(graph, lines?.map(({ view }) => view.typename) ?? []);
  const figuresOf = nodeFigures({
    model,
    lines,
    rateOf: rates.of,
    egresses: topic<{ egresses?: readonly EgressRow[] }>("egresses").value?.egresses ?? [],
    ingresses: topic<{ ingresses?: readonly IngressRow[] }>("ingresses").value?.ingresses ?? [],
    nowMs: now.value,
  });
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
      {isTable && graph !== undefined && <GraphTable graph={graph} rateOf={rates.of} />}
      {!isTable && isKnown && graph !== undefined && (
        <GraphPicture model={model} rateOf={rates.of} figuresOf={figuresOf} />
      )}
      <Loading isLoading={!isKnown || graph === undefined} what="the graph" />
      <Remarks model={model} graph={graph} />
    </Panel>
  );
}

function Remarks(props: {
  readonly model: GraphModel;
  readonly graph: Graph | undefined;
}): JSX.Element | null {
  const { model, graph } = props;
  if (graph === undefined) return null;
  if (graph.edges.length === 0) {
    return (
      <p class="remark">
        Nothing was sent since the start. <a href={linkTo("send")}>Send a message</a>, and see where
        it goes.
      </p>
    );
  }
  const { hiddenNodes, hiddenEdges } = model;
  if (hiddenNodes === 0 && hiddenEdges === 0) return null;
  return (
    <p class="remark">
      The busiest are shown: {hiddenNodes} more that send or take messages, and {hiddenEdges} more
      ways between them, are in the table.
    </p>
  );
}

/** Live; a graph that is too large for that is read. */
function useGraph(): Graph | undefined {
  const live = topic<Graph | { readonly isTooLarge: true }>("graph").value;
  const isTooLarge = live !== undefined && "isTooLarge" in live;
  const { data } = useRead<Graph>(isTooLarge ? "graph" : undefined);
  return isTooLarge ? data : live;
}
