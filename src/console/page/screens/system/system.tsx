import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { Overview, Windows } from "../../api/types.ts";
import { lackOf, me } from "../../session/session.ts";
import { Facts } from "../../ui/facts.tsx";
import { bytes, count, duration } from "../../ui/numbers.ts";
import { Badge, Empty, Lack, Loading, Panel, Title } from "../../ui/parts.tsx";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { Ago } from "../../ui/time.tsx";
import { Durations } from "../functions/durations.tsx";
import { ErrorsPanel } from "./errors-panel.tsx";
import { LinksPanel } from "./links-panel.tsx";
import { PausedPanel } from "./paused-panel.tsx";

export function System(): JSX.Element {
  useTopics("windows", "errors");
  const overview = topic<Overview>("overview").value;
  const windows = topic<Windows>("windows").value;
  const lack = lackOf("figures");
  const lacks = Object.entries(me.value?.unsupported ?? {});
  return (
    <>
      <Title>System</Title>
      <div class="columns">
        <div>
          <Panel title="Engine">
            {overview === undefined ? (
              <Loading isLoading what="the engine" />
            ) : (
              <Engine {...overview} />
            )}
            <Lack of={lack} />
          </Panel>
          <LinksPanel />
        </div>
        <div>
          {lack === undefined && (
            <Panel title="Store" note="since the start: steps are written together, in windows">
              {windows === undefined ? (
                <Loading isLoading what="the windows" />
              ) : (
                <Store {...windows} />
              )}
            </Panel>
          )}
          <Panel title="Not available on this engine">
            {lacks.length === 0 ? <Empty>nothing</Empty> : <Facts of={lacks} />}
          </Panel>
        </div>
      </div>
      <PausedPanel />
      <ErrorsPanel />
    </>
  );
}

function Engine({ status, engine, version, functions, totals, deadLetters }: Overview) {
  const number = (value: number | undefined) => (value === undefined ? undefined : count(value));
  return (
    <Facts
      of={[
        [
          "Engine",
          <Badge key="status" tone={status === "ok" ? "good" : "bad"}>
            {status === "ok" ? "running" : status}
          </Badge>,
        ],
        ["Kind", engine === "embedded" ? engine : "Durable Objects"],
        ["Version", version],
        ["Started", totals && <Ago key="at" ms={totals.startedAtMs} />],
        ["Functions", count(functions)],
        ["Waiting messages", number(totals?.pendingMessages)],
        ["Steps that run", number(totals?.runningSteps)],
        ["Timers", number(totals?.timers)],
        ["Dead letters", number(deadLetters)],
        ["You", me.value && `${me.value.who}: may ${me.value.role === "write" ? "act" : "look"}`],
      ]}
    />
  );
}

/** Steps are written to the store together, in windows, and each writing takes its time. */
function Store(all: Windows): JSX.Element {
  const { windows, commitMs, boundsMs, steps, rows, clockBehindMs } = all;
  return (
    <>
      {windows > 0 && (
        <Durations counts={commitMs.counts} bounds={boundsMs} label="Durations of commits" />
      )}
      <Facts
        of={[
          ["Windows", count(windows)],
          ["Steps", `${count(steps)}, ${(steps / Math.max(1, windows)).toFixed(1)} in a window`],
          ["Rows written", count(rows)],
          ["Bytes written", bytes(all.bytes)],
          // The clock of the machine has jumped back: time stands still until it is there again.
          ["Clock behind", clockBehindMs === 0 ? undefined : duration(clockBehindMs)],
        ]}
      />
    </>
  );
}
