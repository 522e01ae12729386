import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { InstanceTrouble } from "../../api/types.ts";
import { go, param } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { FunctionLink, InstanceLink } from "../../ui/address.tsx";
import { Condition } from "../../ui/condition.tsx";
import { count } from "../../ui/numbers.ts";
import { Panel } from "../../ui/parts.tsx";
import { Read } from "../../ui/reads/read.tsx";
import { useFollow } from "../../ui/reads/use-follow.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { Ago } from "../../ui/time.tsx";
import { ownTroubles } from "../functions/function-lines.ts";

/** Of one screen: what is behind is found by its function. */
const limit = 100;

const columns: readonly Column<InstanceTrouble>[] = [
  { title: "Function", isWide: true, show: ({ typename }) => <FunctionLink typename={typename} /> },
  { title: "Id", show: ({ typename, id }) => <InstanceLink typename={typename} id={id} /> },
  { title: "Condition", show: (trouble) => <Condition trouble={trouble} /> },
  { title: "Why", isLong: true, show: ({ reason }) => <Text of={reason} max={160} /> },
  { title: "Attempts", isNumber: true, isWide: true, show: ({ attempts }) => count(attempts) },
  {
    title: "Next attempt",
    isWide: true,
    show: ({ retryAtMs }) => retryAtMs !== undefined && <Ago ms={retryAtMs} />,
  },
];

/** What is blocked, over all functions: the worst first. */
export function Troubled(): JSX.Element {
  const lack = lackOf("troubles");
  const reading = useRead<{ readonly troubles: readonly InstanceTrouble[] }>(
    lack === undefined ? "troubles" : undefined,
    { limit },
  );
  useTopics("troubles");
  useFollow(reading, topic("troubles").value);
  // The overview counts those that have a reason of their own.
  const choose = param("own") === "" ? (all: readonly InstanceTrouble[]) => all : ownTroubles;
  const number = choose(reading.data?.troubles ?? []).length;
  return (
    <Panel
      title="Blocked"
      note={number < limit ? count(number) : `the worst ${limit}: choose a function to see more`}
    >
      <Read of={reading} lack={lack} what="troubles">
        {({ troubles }) => (
          <Table
            label="Blocked instances"
            columns={columns}
            rows={choose(troubles)}
            keyOf={({ typename, id }) => `${typename} ${id}`}
            open={({ typename, id }) => go("instance", { function: typename, id })}
            empty="No instance is blocked. Choose a function to see its instances."
          />
        )}
      </Read>
    </Panel>
  );
}
