import type { JSX } from "preact";
import type { DeadGroup } from "../../api/types.ts";
import { change, param } from "../../route/route.ts";
import { FunctionLink } from "../../ui/address.tsx";
import { WriteButton } from "../../ui/button.tsx";
import { count } from "../../ui/numbers.ts";
import { Panel } from "../../ui/parts.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { Ago, At } from "../../ui/time.tsx";
import { groupText } from "./letter-filter.ts";
import { Code } from "./letters.tsx";

/** Of one screen; the filters find the rest. */
const most = 50;

interface GroupsProps {
  readonly groups: readonly DeadGroup[];
  readonly all: readonly DeadGroup[];
  readonly onAct: (kind: "replay" | "discard", group: DeadGroup) => void;
  /** Why no other job can begin. */
  readonly reason: string | undefined;
}

/** Dead letters grouped by error: a deploy or an outage is one line. */
export function Groups({ groups, all, onAct, reason }: GroupsProps): JSX.Element {
  const chosen = param("group");
  const columns: readonly Column<DeadGroup>[] = [
    {
      title: "Function",
      show: ({ typename, egress }) =>
        egress === undefined ? <FunctionLink typename={typename} /> : <Text of={egress} mono />,
    },
    { title: "Code", show: ({ code }) => <Code of={code} /> },
    { title: "Reason", isLong: true, show: (group) => <Text of={group.reason} max={160} /> },
    { title: "First", show: ({ firstAtMs }) => <At ms={firstAtMs} /> },
    { title: "Last", show: ({ lastAtMs }) => <Ago ms={lastAtMs} /> },
    { title: "Count", isNumber: true, show: (group) => <strong>{count(group.count)}</strong> },
    {
      title: "Actions",
      isNumber: true,
      show: (group) => (
        <span class="buttons">
          <WriteButton reason={reason} onClick={() => onAct("replay", group)}>
            Replay…
          </WriteButton>
          <WriteButton tone="danger" reason={reason} onClick={() => onAct("discard", group)}>
            Discard…
          </WriteButton>
        </span>
      ),
    },
  ];
  return (
    <Panel
      title="Grouped by error"
      class="cards"
      note={groups.length > most && `the ${most} largest of ${count(groups.length)} groups`}
    >
      <Table
        label="Dead letters grouped by error"
        columns={columns}
        rows={groups.slice(0, most)}
        keyOf={(group) => groupText(group, all)}
        isChosen={(group) => groupText(group, all) === chosen}
        open={(group) => {
          const text = groupText(group, all);
          change({
            ...{ letter: undefined, marked: undefined, after: undefined, back: undefined },
            group: text === chosen ? undefined : text,
          });
        }}
      />
    </Panel>
  );
}
