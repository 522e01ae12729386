import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { topic } from "../../api/live.ts";
import type { Overview, PausedRow } from "../../api/types.ts";
import { lackOf } from "../../session/session.ts";
import { FunctionLink, InstanceLink } from "../../ui/address.tsx";
import { WriteButton } from "../../ui/button.tsx";
import { Panel } from "../../ui/parts.tsx";
import { Read } from "../../ui/reads/read.tsx";
import { useSlow } from "../../ui/reads/use-slow.ts";
import { Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { Ago } from "../../ui/time.tsx";
import { PauseDialog, usePaused } from "../functions/pause.tsx";

/** All that is paused, and a way to resume it. */
export function PausedPanel(): JSX.Element {
  const lack = lackOf("paused");
  const reading = usePaused(useSlow(topic<Overview>("overview").value?.paused), lack === undefined);
  const [asked, setAsked] = useState<PausedRow>();
  return (
    <Panel title="Paused">
      <Read of={reading} lack={lack} what="the list">
        {({ paused }) => <PausedTable rows={paused} onResume={setAsked} />}
      </Read>
      {asked !== undefined && (
        <PauseDialog
          {...asked}
          action="resume"
          onClose={(isDone) => {
            setAsked(undefined);
            if (isDone) void reading.again();
          }}
        />
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
      empty="Nothing is paused."
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
