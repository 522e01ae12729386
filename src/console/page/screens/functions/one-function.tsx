import type { JSX } from "preact";
import { linkTo } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { Empty, Failure, Lack, Loading, Panel, Title } from "../../ui/parts.tsx";
import { Text } from "../../ui/text.tsx";
import { Condition } from "./columns.tsx";
import { DurationsPanel } from "./durations-panel.tsx";
import { FunctionNumbersPanel } from "./numbers-panel.tsx";
import { PauseButton } from "./pause.tsx";
import { PausedNote } from "./paused-note.tsx";
import type { FunctionLine } from "./rows.ts";
import { SettingsPanel, StatesPanel, TypesPanel } from "./shape-panels.tsx";
import { type Lines, useLines } from "./use-lines.ts";

/** All that is known of one function. */
export function OneFunction({ typename }: { readonly typename: string }): JSX.Element {
  const all = useLines(typename);
  const { lines, error, again } = all;
  const line = lines?.find(({ view }) => view.typename === typename);
  return (
    <>
      <nav class="crumbs" aria-label="Where this is">
        <a href={linkTo("functions")}>Functions</a>
      </nav>
      <Failure error={error} again={again} />
      {line !== undefined && <Known line={line} all={all} />}
      {line === undefined && (
        <>
          <Title>
            <Text of={typename} mono />
          </Title>
          <Loading isLoading={lines === undefined && error === undefined} what="functions" />
          {lines !== undefined && <Unknown typename={typename} />}
        </>
      )}
    </>
  );
}

function Unknown({ typename }: { readonly typename: string }): JSX.Element {
  return (
    <div class="panel">
      <Empty>
        No function of this name is bound. Messages to it become dead letters, or wait for it: see
        its <a href={linkTo("instances", { function: typename })}>instances</a> and{" "}
        <a href={linkTo("dead-letters", { function: typename })}>dead letters</a>, or{" "}
        <a href={linkTo("functions")}>all functions</a>.
      </Empty>
    </div>
  );
}

function Known({ line, all }: { readonly line: FunctionLine; readonly all: Lines }): JSX.Element {
  const { view } = line;
  const { typename, row } = view;
  const figures = lackOf("figures");
  return (
    <>
      <Title
        note={lackOf("troubles") === undefined ? <Condition view={view} /> : undefined}
        actions={<Actions line={line} all={all} />}
      >
        <Text of={typename} mono />
      </Title>
      {row.paused && <PausedNote typename={typename} />}
      {figures !== undefined && (
        <Panel title="Figures">
          <Lack of={figures} />
        </Panel>
      )}
      <div class="columns">
        <div>
          {figures === undefined && <FunctionNumbersPanel line={line} steps={all.steps} />}
          <TypesPanel title="Accepts" names={row.accepts} types={all.types} />
          <TypesPanel title="Replies" names={row.replies} types={all.types} />
        </div>
        <div>
          {figures === undefined && <DurationsPanel view={view} />}
          <StatesPanel row={row} types={all.types} />
          <SettingsPanel view={view} />
        </div>
      </div>
    </>
  );
}

function Actions({ line, all }: { readonly line: FunctionLine; readonly all: Lines }): JSX.Element {
  const { typename } = line.view;
  return (
    <>
      <a class="button" href={linkTo("instances", { function: typename })}>
        Instances
      </a>
      <a class="button" href={linkTo("dead-letters", { function: typename })}>
        Dead letters
      </a>
      <a class="button" href={linkTo("send", { function: typename })}>
        Send a message…
      </a>
      <PauseButton view={line.view} onDone={all.again} />
    </>
  );
}
