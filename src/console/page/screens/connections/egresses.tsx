import type { JSX } from "preact";
import type { EgressRow, Windows } from "../../api/types.ts";
import { change, linkTo, param } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { figure } from "../../ui/figure.tsx";
import { duration, quantile } from "../../ui/numbers.ts";
import { Badge } from "../../ui/parts.tsx";
import { useRead } from "../../ui/reads/use-read.ts";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { Listed, reason } from "./listed.tsx";

const isWide = true;

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
      show: ({ kind, status }) => {
        if (status === "waiting") return <Badge tone="warn">waits</Badge>;
        return kind === "kept" ? <Badge>kept</Badge> : <Badge tone="good">{status}</Badge>;
      },
    },
    figure("Emitted", ({ emitted }) => emitted, { isWide }),
    figure("Delivered", ({ kind, delivered }) => (kind === "kept" ? undefined : delivered), {
      isWide,
    }),
    figure("Failures", ({ failures }) => failures, { isWide, isBad: true }),
    figure("Not delivered", ({ kind, backlog }) => (kind === "kept" ? undefined : backlog)),
    figure("p99", ({ durationMs }) => durationMs && quantile(durationMs.counts, bounds, 0.99), {
      isWide,
      text: duration,
    }),
    reason,
  ];
}

/** What goes out: delivered to somebody, or kept for those who read. */
export function Egresses(): JSX.Element {
  const windows = useRead<Windows>(lackOf("figures") === undefined ? "windows" : undefined);
  return (
    <Listed<EgressRow> name="egresses" title="Egresses" note="what goes out">
      {(rows) => (
        <Table
          label="Egresses"
          columns={columnsWith(windows.data?.boundsMs ?? [])}
          rows={rows}
          empty="No egress."
          keyOf={({ typename }) => typename}
          isChosen={({ typename }) => typename === param("egress")}
          open={({ typename }) =>
            change({ egress: typename, record: undefined, after: undefined, back: undefined })
          }
        />
      )}
    </Listed>
  );
}
