import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { FunctionsTopic, InstanceRow, InstancesPage } from "../../api/types.ts";
import { change, go, linkTo, param } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { InstanceLink } from "../../ui/address.tsx";
import { Button } from "../../ui/button.tsx";
import { Condition } from "../../ui/condition.tsx";
import { bytes, count, duration } from "../../ui/numbers.ts";
import { afterParam, Pager } from "../../ui/pager.tsx";
import { Empty, Failure, Lack, Loading, Panel } from "../../ui/parts.tsx";
import { useFollow } from "../../ui/reads/use-follow.ts";
import { useRead } from "../../ui/reads/use-read.ts";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { type Column, Table } from "../../ui/table.tsx";
import { Text } from "../../ui/text.tsx";
import { NextAttempt } from "./troubled.tsx";

const limit = 50;

/** Instances of one function, page by page. */
export function InstanceList({ typename }: { readonly typename: string }): JSX.Element {
  const lack = lackOf("instances");
  const path = typename.split("/").map(encodeURIComponent).join("/");
  const [prefix, is] = [param("prefix"), param("is")];
  const reading = useRead<InstancesPage>(lack === undefined ? `instances/${path}` : undefined, {
    ...{ prefix, is, limit },
    after: afterParam(),
  });
  useTopics(...(lackOf("figures") === undefined ? ["functions"] : []));
  const figures = topic<FunctionsTopic>("functions").value?.functions?.[typename];
  useFollow(reading, figures && JSON.stringify(figures));
  if (lack !== undefined) {
    return (
      <Panel title="Instances">
        <Lack of={lack} />
      </Panel>
    );
  }
  const { data, error, again, isLoading } = reading;
  const rows = data?.instances ?? [];
  return (
    <Panel
      title="Instances"
      note={<Text of={typename} mono />}
      actions={
        <Button shortcut="R" onClick={again}>
          Read again
        </Button>
      }
    >
      <Failure error={error} again={again} />
      <Loading isLoading={isLoading && data === undefined} what="instances" />
      {rows.length > 0 && (
        <Table
          label={`Instances of ${typename}`}
          columns={columnsOf(typename, rows)}
          rows={rows}
          keyOf={({ id }) => id}
          open={({ id }) => go("instance", { function: typename, id })}
        />
      )}
      {data !== undefined && rows.length === 0 && <Nothing typename={typename} />}
      <Pager next={data?.next} />
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
            <Text of={trouble.reason} /> <NextAttempt trouble={trouble} />
          </>
        ),
    },
    { title: "Waiting", isNumber: true, show: ({ waiting = 0 }) => count(waiting) },
    {
      title: "Oldest",
      isNumber: true,
      isWide: true,
      show: ({ oldestMs }) => (oldestMs === undefined ? "" : duration(oldestMs)),
    },
    { title: "States", isNumber: true, isWide: true, show: ({ states = 0 }) => count(states) },
    {
      title: "Size",
      isNumber: true,
      isWide: true,
      show: ({ stateBytes }) => (stateBytes === undefined ? "" : bytes(stateBytes)),
    },
  ];
}

function Nothing({ typename }: { readonly typename: string }): JSX.Element {
  const isFiltered = param("prefix") !== "" || param("is") !== "";
  if (isFiltered) {
    const all = { prefix: undefined, is: undefined, after: undefined, back: undefined };
    return (
      <Empty>
        No instance is like this.{" "}
        <button type="button" onClick={() => change(all)}>
          Show all of them
        </button>
      </Empty>
    );
  }
  return (
    <Empty>
      There is no instance yet. An instance comes into being with its first message:{" "}
      <a href={linkTo("send", { function: typename })}>send one</a>.
    </Empty>
  );
}
