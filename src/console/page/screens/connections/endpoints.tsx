import type { JSX } from "preact";
import type { EndpointRow } from "../../api/types.ts";
import { lackOf } from "../../session/session.ts";
import { FunctionLink } from "../../ui/address.tsx";
import { Badge, Empty, Lack, Panel } from "../../ui/parts.tsx";
import { useFunctions } from "../../ui/reads/use-functions.ts";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { Ago } from "../../ui/time.tsx";
import { functionsBehind } from "./rows.ts";
import { Listed, useListed } from "./use-listed.tsx";

const maxLinks = 4;

/** Other processes that have functions, and whether they answer. */
export function Endpoints(): JSX.Element {
  const lack = lackOf("figures");
  const listed = useListed<EndpointRow>("endpoints", lack);
  const functions = useFunctions() ?? [];
  const columns: readonly Column<EndpointRow>[] = [
    { title: "Endpoint", show: ({ name }) => <Text of={name} mono /> },
    {
      title: "State",
      show: ({ up }) => <Badge tone={up ? "good" : "bad"}>{up ? "answers" : "down"}</Badge>,
    },
    {
      title: "Since",
      show: ({ sinceMs }) => (sinceMs === undefined ? "the start" : <Ago ms={sinceMs} />),
    },
    {
      title: "Functions",
      show: ({ name }) => {
        const behind = functionsBehind(name, functions);
        return (
          <span class="stacked">
            {behind.slice(0, maxLinks).map(({ typename }) => (
              <FunctionLink key={typename} typename={typename} />
            ))}
            {behind.length > maxLinks && <span class="note">{behind.length - maxLinks} more</span>}
          </span>
        );
      },
    },
    { title: "Reason", isLong: true, show: ({ reason = "" }) => reason && <Text of={reason} /> },
  ];
  return (
    <Panel title="Endpoints" note="functions of other processes">
      <Lack of={lack} />
      <Listed of={listed} what="endpoints" />
      {listed.rows?.length === 0 && <Empty>All functions run in this process.</Empty>}
      {listed.rows !== undefined && listed.rows.length > 0 && (
        <Table label="Endpoints" columns={columns} rows={listed.rows} keyOf={({ name }) => name} />
      )}
    </Panel>
  );
}
