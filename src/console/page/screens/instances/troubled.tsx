import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { InstanceTrouble, Trouble } from "../../api/types.ts";
import { go } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { FunctionLink, InstanceLink } from "../../ui/address.tsx";
import { Condition } from "../../ui/condition.tsx";
import { count } from "../../ui/numbers.ts";
import { Empty, Failure, Lack, Loading, Panel } from "../../ui/parts.tsx";
import { useFollow } from "../../ui/reads/use-follow.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { Ago } from "../../ui/time.tsx";

const limit = 1_000;
/** Of one screen: what is behind is found by its function. */
const shown = 100;

const columns: readonly Column<InstanceTrouble>[] = [
  { title: "Function", isWide: true, show: ({ typename }) => <FunctionLink typename={typename} /> },
  { title: "Id", show: ({ typename, id }) => <InstanceLink typename={typename} id={id} /> },
  { title: "Condition", show: (trouble) => <Condition trouble={trouble} /> },
  { title: "Why", isLong: true, show: ({ reason }) => <Text of={reason} max={160} /> },
  { title: "Attempts", isNumber: true, isWide: true, show: ({ attempts }) => count(attempts) },
  { title: "Next attempt", isWide: true, show: (trouble) => <NextAttempt trouble={trouble} /> },
];

/** What stands still, over all functions: the worst first. */
export function Troubled(): JSX.Element {
  const lack = lackOf("troubles");
  const reading = useRead<{ readonly troubles: readonly InstanceTrouble[] }>(
    lack === undefined ? "troubles" : undefined,
    { limit },
  );
  useTopics(...(lack === undefined ? ["troubles"] : []));
  useFollow(reading, topic("troubles").value);
  const { data, error, again, isLoading } = reading;
  const all = data?.troubles ?? [];
  const note =
    all.length >= limit
      ? `the worst ${count(limit)}`
      : all.length > shown
        ? `${count(all.length)}, the worst ${shown} of them here`
        : count(all.length);
  return (
    <Panel title="Stand still" note={data && note}>
      <Lack of={lack} />
      <Failure error={error} again={again} />
      <Loading isLoading={isLoading && data === undefined && lack === undefined} what="troubles" />
      {all.length > 0 && (
        <Table
          label="Instances that stand still"
          columns={columns}
          rows={all.slice(0, shown)}
          keyOf={({ typename, id }) => `${typename} ${id}`}
          open={({ typename, id }) => go("instance", { function: typename, id })}
        />
      )}
      {data !== undefined && all.length === 0 && (
        <Empty>
          Nothing stands still: no instance fails, waits for an endpoint, or is paused. Choose a
          function above to see its instances.
        </Empty>
      )}
    </Panel>
  );
}

/** When it is tried again, as far as that is known. */
export function NextAttempt({ trouble }: { readonly trouble: Trouble }): JSX.Element | null {
  const { retryAtMs } = trouble;
  return retryAtMs === undefined ? null : (
    <span class="note">
      <Ago ms={retryAtMs} />
    </span>
  );
}
