import type { JSX } from "preact";
import type { IngressRow } from "../../api/types.ts";
import { count, rate } from "../../ui/numbers.ts";
import { Badge, Empty, Panel, type Tone } from "../../ui/parts.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { type SourceLine, sourceLines } from "./rows.ts";
import { Listed, useListed } from "./use-listed.tsx";

const tones: { readonly [status in IngressRow["status"]]?: Tone } = {
  running: "good",
  waiting: "warn",
  stalled: "bad",
};

const columns: readonly Column<SourceLine>[] = [
  { title: "Ingress", show: ({ ingress }) => <Text of={ingress.typename} mono /> },
  {
    title: "State",
    show: ({ ingress: { status }, source }) =>
      source?.paused === true ? (
        <Badge tone="warn">paused</Badge>
      ) : (
        <Badge tone={tones[status] ?? "plain"}>{status}</Badge>
      ),
  },
  {
    title: "Source",
    show: ({ source }) => (source === undefined ? "none yet" : <Text of={source.source} mono />),
  },
  {
    title: "Position",
    isWide: true,
    isNumber: true,
    show: ({ source }) => <Text of={source?.position ?? "–"} max={30} />,
  },
  {
    title: "Behind",
    isNumber: true,
    show: ({ source }) => (source?.lag === undefined ? "–" : count(source.lag)),
  },
  { title: "a second", isNumber: true, show: ({ source }) => rate(source?.rate ?? 0) },
  {
    title: "Records",
    isWide: true,
    isNumber: true,
    show: ({ source }) => count(source?.records ?? 0),
  },
  {
    title: "Invalid",
    isWide: true,
    isNumber: true,
    show: ({ source }) => <Bad number={source?.invalid ?? 0} />,
  },
  {
    title: "Reason",
    isLong: true,
    show: ({ ingress: { reason = "" } }) => reason && <Text of={reason} />,
  },
];

/** A number that should be 0. */
export function Bad({ number }: { readonly number: number }): JSX.Element {
  return number === 0 ? <>0</> : <Badge tone="bad">{count(number)}</Badge>;
}

/** What comes in by itself. */
export function Ingresses(): JSX.Element {
  const listed = useListed<IngressRow>("ingresses");
  return (
    <Panel title="Ingresses" note="what comes in by itself">
      <Listed of={listed} what="ingresses" />
      {listed.rows?.length === 0 && (
        <Empty>There is none: messages come by HTTP and from functions alone.</Empty>
      )}
      {listed.rows !== undefined && listed.rows.length > 0 && (
        <Table
          label="Ingresses"
          columns={columns}
          rows={sourceLines(listed.rows)}
          keyOf={({ ingress, source }) => `${ingress.typename} ${source?.source}`}
        />
      )}
    </Panel>
  );
}
