import type { JSX } from "preact";
import type { Edge, Graph } from "../api/types.ts";
import { FunctionLink } from "../ui/address.tsx";
import { count, rate } from "../ui/numbers.ts";
import { Empty } from "../ui/parts.tsx";
import { Table } from "../ui/table.tsx";
import { Text } from "../ui/text.tsx";
import type { GraphProps } from "./graph-picture.tsx";
import { edgeKey } from "./model.ts";

const kinds = {
  function: "function",
  http: "HTTP",
  ingress: "ingress",
  client: "client",
  timer: "message for later",
} as const;

/** The same as the picture, for those who would rather read: all edges, the busiest first. */
export function GraphTable(props: {
  readonly graph: Graph;
  readonly rateOf: GraphProps["rateOf"];
}): JSX.Element {
  const { graph, rateOf } = props;
  const rows = [...graph.edges].sort((one, other) => other.messages - one.messages);
  if (rows.length === 0) return <Empty>Nothing was sent since the start.</Empty>;
  return (
    <Table<Edge>
      label="Ways of messages"
      rows={rows}
      keyOf={({ from, to }) => `${from.kind} ${from.name} ${to.kind} ${to.name}`}
      columns={[
        {
          title: "From",
          show: ({ from: { kind, name } }) => {
            if (name === undefined) return kinds[kind];
            return kind === "ingress" ? <Text of={name} /> : <FunctionLink typename={name} />;
          },
        },
        { title: "Kind", isWide: true, show: ({ from }) => kinds[from.kind] },
        {
          title: "To",
          show: ({ to: { kind, name } }) =>
            kind === "egress" ? <Text of={name} /> : <FunctionLink typename={name} />,
        },
        {
          title: "a second",
          isNumber: true,
          show: (edge) => (isShared(edge, rows) ? "" : rate(rateOf(edgeKey(edge)))),
        },
        { title: "since the start", isNumber: true, show: ({ messages }) => count(messages) },
      ]}
    />
  );
}

/** Messages for later and others between the same two have one rate: it stands with the first. */
function isShared(edge: Edge, rows: readonly Edge[]): boolean {
  const key = edgeKey(edge);
  return rows.find((one) => edgeKey(one) === key) !== edge;
}
