import type { JSX } from "preact";
import type { EndpointRow } from "../../api/types.ts";
import { FunctionLink } from "../../ui/address.tsx";
import { Badge } from "../../ui/parts.tsx";
import { useFunctions } from "../../ui/reads/use-functions.ts";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { Ago } from "../../ui/time.tsx";
import { Listed, reason } from "./listed.tsx";
import { functionsBehind } from "./rows.ts";

const maxLinks = 4;

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
  { title: "Functions", show: ({ name }) => <Behind endpoint={name} /> },
  reason,
];

function Behind(props: { readonly endpoint: string }): JSX.Element {
  const behind = functionsBehind(props.endpoint, useFunctions() ?? []);
  return (
    <span class="stacked">
      {behind.slice(0, maxLinks).map(({ typename }) => (
        <FunctionLink key={typename} typename={typename} />
      ))}
      {behind.length > maxLinks && <span class="note">{behind.length - maxLinks} more</span>}
    </span>
  );
}

/** Other processes that have functions, and whether they answer. */
export function Endpoints(): JSX.Element {
  return (
    <Listed<EndpointRow>
      name="endpoints"
      title="Endpoints"
      note="functions of other processes"
      feature="figures"
    >
      {(rows) => (
        <Table
          label="Endpoints"
          columns={columns}
          rows={rows}
          empty="All functions run in this process."
          keyOf={({ name }) => name}
        />
      )}
    </Listed>
  );
}
