import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { linkTo, type ScreenName } from "../../route/route.ts";
import { lackOf } from "../../session/session.ts";
import { WriteButton } from "../../ui/button.tsx";
import { Facts } from "../../ui/facts.tsx";
import { count, duration, rate } from "../../ui/numbers.ts";
import { Empty, Failure, Lack, Panel, Title, Unbound } from "../../ui/parts.tsx";
import { Read } from "../../ui/reads/read.tsx";
import { Text } from "../../ui/text.tsx";
import { Ago } from "../../ui/time.tsx";
import { Durations } from "./durations.tsx";
import { Figure } from "./figure.tsx";
import type { FunctionLine } from "./function-lines.ts";
import { Condition } from "./function-table.tsx";
import { PauseDialog, usePaused } from "./pause.tsx";
import { SettingsPanel, StatesPanel, TypesPanel } from "./shape-panels.tsx";
import { stepsOf } from "./steps.ts";
import { type Lines, useLines } from "./use-lines.ts";

/** All that is known of one function. */
export function OneFunction({ typename }: { readonly typename: string }): JSX.Element {
  const all = useLines(typename);
  const line = all.data?.find((one) => one.typename === typename);
  const isConditionKnown = line !== undefined && lackOf("troubles") === undefined;
  return (
    <>
      <nav class="crumbs" aria-label="Where this is">
        <a href={linkTo("functions")}>Functions</a>
      </nav>
      <Title
        note={isConditionKnown && <Condition {...line} />}
        actions={line && <Actions line={line} again={all.again} />}
      >
        <Text of={typename} mono />
      </Title>
      <Read of={{ ...all, at: 0 }} what="functions">
        {() => (line === undefined ? <Unbound /> : <Known line={line} all={all} />)}
      </Read>
    </>
  );
}

function Known({ line, all }: { readonly line: FunctionLine; readonly all: Lines }): JSX.Element {
  const { typename, row, durations } = line;
  const lack = lackOf("figures");
  const total = durations.reduce((sum, one) => sum + one, 0);
  return (
    <>
      {row.paused && <PausedNote typename={typename} />}
      <Lack of={lack} />
      <div class="columns">
        <div>
          {lack === undefined && <NumbersPanel line={line} all={all} />}
          <TypesPanel title="Accepts" names={row.accepts} types={all.types} />
          <TypesPanel title="Replies" names={row.replies} types={all.types} />
        </div>
        <div>
          {lack === undefined && (
            <Panel
              title="How long it takes"
              note={`${count(total)} since the start, in milliseconds`}
            >
              <Read of={all.windows} what="the bounds">
                {({ boundsMs }) =>
                  total === 0 ? (
                    <Empty>Nothing was handled since the start.</Empty>
                  ) : (
                    <Durations counts={durations} bounds={boundsMs} label="Durations" />
                  )
                }
              </Read>
            </Panel>
          )}
          <StatesPanel row={row} types={all.types} />
          <SettingsPanel line={line} />
        </div>
      </div>
    </>
  );
}

/** Who has paused a function, and why. */
function PausedNote({ typename }: { readonly typename: string }): JSX.Element | null {
  const { data } = usePaused(undefined);
  const found = data?.paused.find((one) => one.typename === typename && one.id === undefined);
  if (found === undefined) return null;
  const { who, sinceMs, why } = found;
  return (
    <p class="notice warn">
      Paused by <Text of={who} /> <Ago ms={sinceMs} />
      {why !== undefined && ": "}
      {why !== undefined && <Text of={why} max={500} />}
    </p>
  );
}

/** What it does now, in the last ten minutes, and since the start. */
function NumbersPanel({ line, all }: { readonly line: FunctionLine; readonly all: Lines }) {
  const { typename, waiting, oldest, completed, refused, failed, dead, blocked } = line;
  const steps = stepsOf(all.steps.data, typename);
  const hasFailed = steps?.failed.some((one) => one !== null && one > 0);
  const link = (number: number, screen: ScreenName, is?: string) => (
    <a href={linkTo(screen, { function: typename, is })}>{count(number)}</a>
  );
  return (
    <Panel title="Messages" note="last ten minutes, and since the start">
      <div class="pair">
        <Figure title="Handled" value={rate(line.rate)} unit="a second" values={steps?.handled} />
        <Figure
          title="Failed attempts"
          value={count(failed)}
          unit="since the start"
          values={steps?.failed}
          tone={hasFailed === true ? "bad" : "blue"}
        />
      </div>
      <Failure error={all.steps.error} again={all.steps.again} />
      <Facts
        of={[
          ["Waiting", count(waiting)],
          ["Oldest", oldest === undefined ? "–" : duration(oldest)],
          ["Completed", count(completed)],
          ["Refused", count(refused)],
          ["Dead letters", link(dead, "dead-letters")],
          ["Blocked instances", link(blocked, "instances", "troubled")],
        ]}
      />
    </Panel>
  );
}

const places: readonly (readonly [ScreenName, string])[] = [
  ["instances", "Instances"],
  ["dead-letters", "Dead letters"],
  ["send", "Send a message…"],
];

function Actions(props: {
  readonly line: FunctionLine;
  readonly again: () => Promise<void>;
}): JSX.Element {
  const { typename, row, waiting } = props.line;
  const [asked, setAsked] = useState<"pause" | "resume">();
  return (
    <>
      {places.map(([screen, name]) => (
        <a key={screen} class="button" href={linkTo(screen, { function: typename })}>
          {name}
        </a>
      ))}
      <WriteButton
        reason={lackOf("pauseFunction")}
        onClick={() => setAsked(row.paused ? "resume" : "pause")}
      >
        {row.paused ? "Resume…" : "Pause…"}
      </WriteButton>
      {asked !== undefined && (
        <PauseDialog
          {...{ typename, waiting, action: asked }}
          onClose={(isDone) => {
            setAsked(undefined);
            if (isDone) void props.again();
          }}
        />
      )}
    </>
  );
}
