import type { JSX } from "preact";
import { FunctionLink } from "../ui/address.tsx";
import { count, rate } from "../ui/numbers.ts";
import { Empty } from "../ui/parts.tsx";
import { Table } from "../ui/table.tsx";
import { Text } from "../ui/text.tsx";
import { type GraphEdge, type GraphModel, type GraphNode, titleOf } from "./model.ts";

/** The same as the picture, for those who would rather read: all edges, the busiest first. */
export function GraphTable(props: {
  readonly model: GraphModel;
  readonly rateOf: (key: string) => number;
}): JSX.Element {
  const { nodes, edges } = props.model;
  if (edges.length === 0) return <Empty>Nothing was sent since the start.</Empty>;
  return (
    <Table<GraphEdge>
      label="Ways of messages"
      rows={[...edges].sort((one, other) => other.messages - one.messages)}
      keyOf={({ key }) => key}
      columns={[
        { title: "From", show: ({ from }) => <Name of={nodes.get(from)} /> },
        {
          title: "Kind",
          isWide: true,
          show: ({ from, isLater }) => (isLater ? "message for later" : kindOf(nodes.get(from))),
        },
        { title: "To", show: ({ to }) => <Name of={nodes.get(to)} /> },
        { title: "a second", isNumber: true, show: ({ key }) => rate(props.rateOf(key)) },
        { title: "since the start", isNumber: true, show: ({ messages }) => count(messages) },
      ]}
    />
  );
}

function kindOf(node: GraphNode | undefined): string {
  return node === undefined ? "" : titleOf({ ...node, name: "" });
}

function Name({ of }: { readonly of: GraphNode | undefined }): JSX.Element | null {
  if (of === undefined) return null;
  return of.kind === "function" ? <FunctionLink typename={of.name} /> : <Text of={titleOf(of)} />;
}
