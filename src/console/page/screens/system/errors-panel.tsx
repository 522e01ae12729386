import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { RecentError } from "../../api/types.ts";
import { change, linkTo, param } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { FunctionLink, InstanceLink } from "../../ui/address.tsx";
import { Button } from "../../ui/button.tsx";
import { count } from "../../ui/numbers.ts";
import { Empty, Failure, Lack, Loading, Panel } from "../../ui/parts.tsx";
import { useRead } from "../../ui/reads/use-read.ts";
import { useSlow } from "../../ui/reads/use-slow.ts";
import { Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { At } from "../../ui/time.tsx";

interface Errors {
  readonly errors?: readonly RecentError[];
}

/** Shown at first; the engine keeps two hundred. */
const few = 20;

/** What went wrong in this run, newest first. */
export function ErrorsPanel(): JSX.Element {
  const lack = lackOf("errors");
  // The topic has the newest alone: it says when to read.
  const live = useSlow(topic<Errors>("errors").value);
  const { data, error, isLoading, again } = useRead<Errors>(
    lack === undefined ? "errors" : undefined,
    {},
    live,
  );
  const all = data?.errors ?? [];
  const isAll = param("errors") === "all";
  const rows = isAll ? all : all.slice(0, few);
  return (
    <Panel
      title="Errors of this run"
      note={
        data === undefined ? undefined : `${count(rows.length)} of the last ${count(all.length)}`
      }
      actions={
        all.length > few && (
          <Button onClick={() => change({ errors: isAll ? undefined : "all" })}>
            {isAll ? "Show fewer" : "Show all"}
          </Button>
        )
      }
    >
      <Lack of={lack} />
      <Failure error={error} again={again} />
      <Loading isLoading={lack === undefined && data === undefined && isLoading} what="errors" />
      {data !== undefined && all.length === 0 && (
        <Empty>
          No error since the start. The last 200 are kept here while the application runs.
        </Empty>
      )}
      {rows.length > 0 && <ErrorTable rows={rows} />}
    </Panel>
  );
}

function ErrorTable({ rows }: { readonly rows: readonly RecentError[] }): JSX.Element {
  return (
    <Table<RecentError>
      label="Errors of this run, newest first"
      rows={rows}
      keyOf={({ atMs, code, typename, id, message }) =>
        JSON.stringify([atMs, code, typename, id, message.slice(0, 80)])
      }
      columns={[
        { title: "At", show: ({ atMs }) => <At ms={atMs} /> },
        { title: "Code", show: ({ code }) => <code>{code}</code> },
        { title: "Where", show: (row) => <Where {...row} /> },
        { title: "What", isLong: true, show: ({ message }) => <Text of={message} max={300} /> },
      ]}
    />
  );
}

function Where({ typename, id, egress }: RecentError): JSX.Element | null {
  if (typename !== undefined && id !== undefined) {
    return <InstanceLink typename={typename} id={id} withFunction />;
  }
  if (typename !== undefined) return <FunctionLink typename={typename} />;
  if (egress === undefined) return null;
  return (
    <a class="mono" href={linkTo("connections", { egress })}>
      <Text of={egress} max={60} />
    </a>
  );
}
