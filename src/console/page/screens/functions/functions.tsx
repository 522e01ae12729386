import type { JSX } from "preact";
import { change, go, linkTo, param } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { Empty, Failure, Lack, Loading, Title } from "../../ui/parts.tsx";
import { Table } from "../../ui/table.tsx";
import {
  deadColumn,
  durationColumns,
  failedColumn,
  nameColumn,
  placeColumn,
  rateColumn,
  sparkColumn,
  stateColumns,
  totalColumns,
  waitingColumns,
} from "./columns.tsx";
import { OneFunction } from "./one-function.tsx";
import { type FunctionLine, matching, sorted } from "./rows.ts";
import { type Lines, useLines } from "./use-lines.ts";

export function Functions(): JSX.Element {
  const typename = param("function");
  return typename === "" ? <AllFunctions /> : <OneFunction key={typename} typename={typename} />;
}

function AllFunctions(): JSX.Element {
  const all = useLines();
  const { lines, error, again, isMore } = all;
  const text = param("text");
  const shown = sorted(matching(lines ?? [], text), param("sort"));
  const note = lines === undefined ? "" : `${shown.length} of ${lines.length}${isMore ? "+" : ""}`;
  return (
    <>
      <Title note={note} actions={<Filter text={text} />}>
        Functions
      </Title>
      <Failure error={error} again={again} />
      <div class="panel">
        <Lack of={lackOf("figures")} />
        <Loading isLoading={lines === undefined && error === undefined} what="functions" />
        {lines !== undefined && shown.length === 0 && <NothingFound text={text} />}
        {shown.length > 0 && <FunctionTable rows={shown} {...all} />}
      </div>
      {isMore && <p class="note">There are more functions than the first {lines?.length}.</p>}
    </>
  );
}

function FunctionTable({ rows, steps }: Lines & { readonly rows: readonly FunctionLine[] }) {
  const numbers =
    lackOf("figures") === undefined
      ? [
          sparkColumn(steps.data),
          rateColumn,
          ...durationColumns,
          ...waitingColumns,
          ...totalColumns,
          failedColumn,
        ]
      : [];
  return (
    <Table<FunctionLine>
      label="Functions"
      rows={rows}
      keyOf={({ view }) => view.typename}
      open={({ view }) => go("functions", { function: view.typename })}
      sort={param("sort")}
      onSort={(sort) => change({ sort })}
      columns={[nameColumn, ...stateColumns(), placeColumn, ...numbers, deadColumn]}
    />
  );
}

function Filter({ text }: { readonly text: string }): JSX.Element {
  return (
    <input
      type="search"
      value={text}
      placeholder="Part of a name"
      aria-label="Functions with this in their name"
      onInput={(event) => change({ text: event.currentTarget.value })}
    />
  );
}

function NothingFound({ text }: { readonly text: string }): JSX.Element {
  if (text !== "") {
    return (
      <Empty>
        No function has “<bdi>{text}</bdi>” in its name.{" "}
        <a href={linkTo("functions")}>All functions</a>
      </Empty>
    );
  }
  return (
    <Empty>
      No function is bound. Bind one with <code>functions.bind("demo/greeter", …)</code>, and it
      stands here.
    </Empty>
  );
}
