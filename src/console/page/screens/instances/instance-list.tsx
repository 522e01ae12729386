import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { FunctionsTopic, InstanceRow, InstancesPage } from "../../api/types.ts";
import { go, linkTo, param } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { InstanceLink } from "../../ui/address.tsx";
import { Condition } from "../../ui/condition.tsx";
import { bytes, count, duration } from "../../ui/numbers.ts";
import { afterParam, Pager } from "../../ui/pager.tsx";
import { Lack, Panel } from "../../ui/parts.tsx";
import { Read, ReadAgain } from "../../ui/reads/read.tsx";
import { useFollow } from "../../ui/reads/use-follow.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { Ago } from "../../ui/time.tsx";

const limit = 50;

/** Instances of one function, page by page. */
export function InstanceList({ typename }: { readonly typename: string }): JSX.Element {
  const lack = lackOf("instances");
  const path = typename.split("/").map(encodeURIComponent).join("/");
  const query = { prefix: param("prefix"), is: param("is"), limit, after: afterParam() };
  const reading = useRead<InstancesPage>(
    lack === undefined ? `instances/${path}` : undefined,
    query,
  );
  useTopics("functions");
  const figures = topic<FunctionsTopic>("functions").value?.functions?.[typename];
  useFollow(reading, figures && JSON.stringify(figures));
  return (
    <Panel
      title="Instances"
      note={<Text of={typename} mono />}
      actions={<ReadAgain of={reading} />}
    >
      <Lack of={lack} />
      {lack === undefined && (
        <Read of={reading} what="instances">
          {({ instances, next }) => (
            <>
              <Table
                label={`Instances of ${typename}`}
                columns={columnsOf(typename, instances)}
                rows={instances}
                keyOf={({ id }) => id}
                open={({ id }) => go("instance", { function: typename, id })}
                empty={<Nothing typename={typename} />}
              />
              <Pager next={next} />
            </>
          )}
        </Read>
      )}
    </Panel>
  );
}

function columnsOf(typename: string, rows: readonly InstanceRow[]): readonly Column<InstanceRow>[] {
  const id: Column<InstanceRow> = {
    title: "Id",
    isLong: true,
    show: (row) => <InstanceLink typename={typename} id={row.id} />,
  };
  // A directory of objects knows no more than their ids.
  if (rows.every(({ waiting, states }) => waiting === undefined && states === undefined)) {
    return [id];
  }
  return [
    id,
    { title: "Condition", show: (row) => <Condition {...row} /> },
    {
      title: "Why",
      isWide: true,
      isLong: true,
      show: ({ trouble }) =>
        trouble && (
          <>
            <Text of={trouble.reason} />{" "}
            {trouble.retryAtMs !== undefined && <Ago ms={trouble.retryAtMs} />}
          </>
        ),
    },
    { title: "Waiting", isNumber: true, show: ({ waiting = 0 }) => count(waiting) },
    {
      title: "Oldest",
      isNumber: true,
      isWide: true,
      show: ({ oldestMs }) => oldestMs !== undefined && duration(oldestMs),
    },
    { title: "States", isNumber: true, isWide: true, show: ({ states = 0 }) => count(states) },
    {
      title: "Size",
      isNumber: true,
      isWide: true,
      show: ({ stateBytes }) => stateBytes !== undefined && bytes(stateBytes),
    },
  ];
}

function Nothing({ typename }: { readonly typename: string }): JSX.Element {
  return param("prefix") !== "" || param("is") !== "" ? (
    <>No instances match.</>
  ) : (
    <>
      There are no instances yet. The first message makes one:{" "}
      <a href={linkTo("send", { function: typename })}>send one</a>.
    </>
  );
}
