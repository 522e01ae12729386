import type { JSX } from "preact";
import type { IngressRow } from "../../api/types.ts";
import { figure } from "../../ui/figure.tsx";
import { rate } from "../../ui/numbers.ts";
import { Badge, type Tone } from "../../ui/parts.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { Listed, reason } from "./listed.tsx";
import { type SourceLine, sourceLines } from "./rows.ts";

const tones: { readonly [status in IngressRow["status"]]?: Tone } = {
  running: "good",
  waiting: "warn",
  stalled: "bad",
};
const isWide = true;

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
    ...{ title: "Position", isWide, isNumber: true },
    show: ({ source }) => <Text of={source?.position ?? "–"} max={30} />,
  },
  figure("Behind", ({ source }) => source?.lag),
  figure("a second", ({ source }) => source?.rate ?? 0, { text: rate }),
  figure("Records", ({ source }) => source?.records ?? 0, { isWide }),
  figure("Invalid", ({ source }) => source?.invalid ?? 0, { isWide, isBad: true }),
  { ...reason, show: ({ ingress }) => reason.show(ingress) },
];

/** Sources that the application reads. */
export function Ingresses(): JSX.Element {
  return (
    <Listed<IngressRow>
      name="ingresses"
      title="Ingresses"
      note="sources that the application reads"
    >
      {(rows) => (
        <Table
          label="Ingresses"
          columns={columns}
          rows={sourceLines(rows)}
          empty="No ingress. Messages arrive by HTTP or from functions."
          keyOf={({ ingress, source }) => `${ingress.typename} ${source?.source}`}
        />
      )}
    </Listed>
  );
}
