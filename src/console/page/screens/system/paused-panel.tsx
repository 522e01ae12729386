import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { write } from "../../api/client.ts";
import { topic } from "../../api/live.ts";
import type { Done, Overview, PausedRow } from "../../api/types.ts";
import { lackOf } from "../../session/session.ts";
import { FunctionLink, InstanceLink } from "../../ui/address.tsx";
import { WriteButton } from "../../ui/button.tsx";
import { Confirm, type Intent } from "../../ui/confirm.tsx";
import { count } from "../../ui/numbers.ts";
import { Empty, Failure, Lack, Loading, Panel } from "../../ui/parts.tsx";
import { useRead } from "../../ui/reads/use-read.ts";
import { useSlow } from "../../ui/reads/use-slow.ts";
import { Table } from "../../ui/table.tsx";
import { Text, visible } from "../../ui/text.tsx";
import { Ago } from "../../ui/time.tsx";

interface PausedPage {
  readonly paused: readonly PausedRow[];
}

/** All that is paused, and a way to resume it. */
export function PausedPanel(): JSX.Element {
  const lack = lackOf("paused");
  const number = useSlow(topic<Overview>("overview").value?.paused);
  const { data, error, isLoading, again } = useRead<PausedPage>(
    lack === undefined ? "paused" : undefined,
    {},
    number,
  );
  const [asked, setAsked] = useState<PausedRow>();
  const rows = data?.paused ?? [];
  return (
    <Panel title="Paused" note={data === undefined ? undefined : count(rows.length)}>
      <Lack of={lack} />
      <Failure error={error} again={again} />
      <Loading isLoading={lack === undefined && data === undefined && isLoading} what="the list" />
      {data !== undefined && rows.length === 0 && (
        <Empty>
          Nothing is paused. A function or an instance is paused on its page; messages to it then
          wait.
        </Empty>
      )}
      {rows.length > 0 && <PausedTable rows={rows} onResume={setAsked} />}
      {asked !== undefined && (
        <Confirm
          title={`Resume ${nameOf(asked)}?`}
          action="Resume"
          run={(intent) => resume(asked, intent)}
          onClose={(isDone) => {
            setAsked(undefined);
            if (isDone) void again();
          }}
        >
          <p>Messages that wait are handled, in order.</p>
        </Confirm>
      )}
    </Panel>
  );
}

function PausedTable(props: {
  readonly rows: readonly PausedRow[];
  readonly onResume: (row: PausedRow) => void;
}): JSX.Element {
  return (
    <Table<PausedRow>
      label="Paused functions and instances"
      rows={props.rows}
      keyOf={({ typename, id }) => JSON.stringify([typename, id])}
      columns={[
        { title: "Function", show: ({ typename }) => <FunctionLink typename={typename} /> },
        {
          title: "Instance",
          show: ({ typename, id }) =>
            id === undefined ? (
              <span class="note">all of them</span>
            ) : (
              <InstanceLink typename={typename} id={id} />
            ),
        },
        { title: "Since", show: ({ sinceMs }) => <Ago ms={sinceMs} /> },
        { title: "By", show: ({ who }) => <Text of={who} max={40} /> },
        {
          title: "Why",
          isLong: true,
          isWide: true,
          show: ({ why }) => why !== undefined && <Text of={why} max={300} />,
        },
        {
          title: "Action",
          isNumber: true,
          show: (row) => (
            <WriteButton
              reason={row.id === undefined ? lackOf("pauseFunction") : undefined}
              onClick={() => props.onResume(row)}
            >
              Resume…
            </WriteButton>
          ),
        },
      ]}
    />
  );
}

function nameOf({ typename, id }: PausedRow): string {
  return visible((id === undefined ? typename : `${typename} ${id}`).slice(0, 200));
}

async function resume(row: PausedRow, intent: Intent): Promise<string> {
  const { typename, id } = row;
  const name = typename.split("/").map(encodeURIComponent).join("/");
  const { count: changed } =
    id === undefined
      ? await write<Done>("POST", `functions/${name}/resume`, intent)
      : await write<Done>("POST", "instance/resume", {
          ...intent,
          query: { function: typename, id },
        });
  return changed === 0 ? `${nameOf(row)} was not paused any more.` : `${nameOf(row)} is resumed.`;
}
