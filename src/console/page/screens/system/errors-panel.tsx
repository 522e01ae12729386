import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { RecentError } from "../../api/types.ts";
import { change, linkTo, param } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { FunctionLink, InstanceLink } from "../../ui/address.tsx";
import { Button } from "../../ui/button.tsx";
import { count } from "../../ui/numbers.ts";
import { Panel } from "../../ui/parts.tsx";
import { Read } from "../../ui/reads/read.tsx";
import { useRead } from "../../ui/reads/use-read.ts";
import { useSlow } from "../../ui/reads/use-slow.ts";
import { Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { At } from "../../ui/time.tsx";

interface Errors {
  readonly errors: readonly RecentError[];
}

/** Shown at first; the engine keeps two hundred. */
const few = 20;

/** What went wrong in this run, newest first. */
export function ErrorsPanel(): JSX.Element {
  const lack = lackOf("errors");
  // The topic has the newest alone: it says when to read.
  const live = useSlow(topic("errors").value);
  const reading = useRead<Errors>(lack === undefined ? "errors" : undefined, {}, live);
  const all = reading.data?.errors ?? [];
  const isAll = param("errors") === "all";
  const rows = isAll ? all : all.slice(0, few);
  return (
    <Panel
      title="Errors of this run"
      note={`${count(rows.length)} of the last ${count(all.length)}`}
      actions={
        all.length > few && (
          <Button onClick={() => change({ errors: isAll ? undefined : "all" })}>
            {isAll ? "Show fewer" : "Show all"}
          </Button>
        )
      }
    >
      <Read of={reading} lack={lack} what="errors">
        {() => <ErrorTable rows={rows} />}
      </Read>
    </Panel>
  );
}

function ErrorTable({ rows }: { readonly rows: readonly RecentError[] }): JSX.Element {
  return (
    <Table<RecentError>
      label="Errors of this run, newest first"
      rows={rows}
      empty="No error since the start."
      keyOf={JSON.stringify}
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
