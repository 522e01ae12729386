import type { JSX } from "preact";
import { go, linkTo } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { Empty, Failure, Lack, Loading, Panel } from "../../ui/parts.tsx";
import { useTopics } from "../../ui/reads/use-topics.ts";
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
  waitingColumns,
} from "../functions/columns.tsx";
import { type FunctionLine, sorted } from "../functions/rows.ts";
import { type Lines, useLines } from "../functions/use-lines.ts";
import { Figures } from "./figures.tsx";
import { GraphPanel } from "./graph-panel.tsx";
import { NeedCards } from "./need-cards.tsx";

/** Of the table: those in trouble, and the busiest. The others are on a screen of their own. */
const maxRows = 20;

export function OverviewScreen(): JSX.Element {
  useTopics("egresses", "ingresses", ...(lackOf("graph") === undefined ? ["graph"] : []));
  const lines = useLines();
  const views = lines.lines?.map(({ view }) => view);
  const graph = <GraphPanel lines={lines.lines} hasFailed={lines.error !== undefined} />;
  return (
    <>
      <NeedCards views={views} />
      {hasFigures() ? (
        <div class="overview">
          {graph}
          <Figures steps={lines.steps} views={views} />
        </div>
      ) : (
        graph
      )}
      <FunctionsPanel {...lines} />
    </>
  );
}

function hasFigures(): boolean {
  return lackOf("figures") === undefined || lackOf("rates") === undefined;
}

function FunctionsPanel({ lines, steps, error, again }: Lines): JSX.Element {
  const figures = lackOf("figures");
  const rows = sorted(lines ?? [], "").slice(0, maxRows);
  const numbers =
    figures === undefined
      ? [sparkColumn(steps.data), rateColumn, ...durationColumns, ...waitingColumns, failedColumn]
      : [];
  return (
    <Panel
      title="Functions"
      note={lines === undefined ? "" : `${rows.length} of ${lines.length}`}
      actions={
        rows.length < (lines?.length ?? 0) ? (
          <a href={linkTo("functions")}>All functions</a>
        ) : (
          <span class="note">sorted by trouble</span>
        )
      }
    >
      <Failure error={error} again={again} />
      <Lack of={figures} />
      <Loading isLoading={lines === undefined && error === undefined} what="functions" />
      {lines?.length === 0 && (
        <Empty>
          No function is bound. Bind one with <code>functions.bind("demo/greeter", …)</code>, and it
          stands here.
        </Empty>
      )}
      {rows.length > 0 && (
        <Table<FunctionLine>
          label="Functions, sorted by trouble"
          rows={rows}
          keyOf={({ view }) => view.typename}
          open={({ view }) => go("functions", { function: view.typename })}
          columns={[nameColumn, ...stateColumns(), placeColumn, ...numbers, deadColumn]}
        />
      )}
    </Panel>
  );
}
