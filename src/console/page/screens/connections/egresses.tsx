import type { JSX } from "preact";
import type { EgressRow, Windows } from "../../api/types.ts";
import { change, linkTo, param } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { count, duration, quantile } from "../../ui/numbers.ts";
import { Badge, Empty, Panel } from "../../ui/parts.tsx";
import { useRead } from "../../ui/reads/use-read.ts";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { Bad } from "./ingresses.tsx";
import { Listed, useListed } from "./use-listed.tsx";

type NumberName = "emitted" | "delivered" | "failures" | "backlog";

const number = (title: string, name: NumberName, isWide: boolean): Column<EgressRow> => ({
  ...{ title, isNumber: true, isWide },
  show: (row) => {
    const value = row[name];
    return value === undefined ? "–" : name === "failures" ? <Bad number={value} /> : count(value);
  },
});

function columnsWith(bounds: readonly number[]): readonly Column<EgressRow>[] {
  return [
    {
      title: "Egress",
      show: ({ typename, kind }) =>
        kind === "kept" ? (
          <a class="mono" href={linkTo("connections", { egress: typename })}>
            <Text of={typename} />
          </a>
        ) : (
          <Text of={typename} mono />
        ),
    },
    {
      title: "State",
      show: ({ kind, status }) =>
        status === "waiting" ? (
          <Badge tone="warn">waits</Badge>
        ) : (
          <Badge tone={kind === "kept" ? "plain" : "good"}>{kind === "kept" ? kind : status}</Badge>
        ),
    },
    number("Emitted", "emitted", true),
    number("Delivered", "delivered", true),
    number("Failures", "failures", true),
    number("Behind", "backlog", false),
    {
      ...{ title: "p99", isNumber: true, isWide: true },
      show: ({ durationMs }) => {
        const p99 = durationMs && quantile(durationMs.counts, bounds, 0.99);
        return p99 === undefined ? "–" : duration(p99);
      },
    },
    {
      ...{ title: "Reason", isLong: true },
      show: ({ reason = "" }) => reason && <Text of={reason} />,
    },
  ];
}

/** What goes out: delivered to somebody, or kept for those who read. */
export function Egresses(): JSX.Element {
  const listed = useListed<EgressRow>("egresses");
  const windows = useRead<Windows>(lackOf("figures") === undefined ? "windows" : undefined);
  return (
    <Panel title="Egresses" note="what goes out">
      <Listed of={listed} what="egresses" />
      {listed.rows?.length === 0 && <Empty>No function of this application emits records.</Empty>}
      {listed.rows !== undefined && listed.rows.length > 0 && (
        <Table
          label="Egresses"
          columns={columnsWith(windows.data?.boundsMs ?? [])}
          rows={listed.rows}
          keyOf={({ typename }) => typename}
          isChosen={({ typename }) => typename === param("egress")}
          open={({ typename }) =>
            change({ egress: typename, record: undefined, after: undefined, back: undefined })
          }
        />
      )}
    </Panel>
  );
}
