import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { Overview } from "../../api/types.ts";
import { lackOf, me } from "../../session/session.ts";
import { Facts } from "../../ui/facts.tsx";
import { count } from "../../ui/numbers.ts";
import { Badge, Lack, Loading, Panel, Title } from "../../ui/parts.tsx";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { Ago } from "../../ui/time.tsx";
import { ErrorsPanel } from "./errors-panel.tsx";
import { LinksPanel } from "./links-panel.tsx";
import { PausedPanel } from "./paused-panel.tsx";
import { StorePanel } from "./store-panel.tsx";

export function System(): JSX.Element {
  useTopics(...["windows", "errors"].filter((name) => lackOf(featureOf(name)) === undefined));
  return (
    <>
      <Title>System</Title>
      <div class="columns">
        <div>
          <EnginePanel />
          <LinksPanel />
        </div>
        <div>
          <StorePanel />
          <LacksPanel />
        </div>
      </div>
      <PausedPanel />
      <ErrorsPanel />
    </>
  );
}

function featureOf(topicName: string): string {
  return topicName === "windows" ? "figures" : topicName;
}

const engines = { embedded: "embedded", "durable-object": "Durable Objects" } as const;

function EnginePanel(): JSX.Element {
  const overview = topic<Overview>("overview").value;
  return (
    <Panel title="Engine">
      {overview === undefined ? <Loading isLoading what="the engine" /> : <Engine {...overview} />}
    </Panel>
  );
}

function Engine({
  status,
  engine,
  version,
  functions,
  totals,
  deadLetters,
}: Overview): JSX.Element {
  return (
    <>
      <Facts
        of={[
          [
            "Status",
            <Badge key="status" tone={status === "ok" ? "good" : "bad"}>
              {status}
            </Badge>,
          ],
          ["Engine", engines[engine]],
          ["Version", version],
          ["Started", totals && <Ago key="at" ms={totals.startedAtMs} />],
          ["Functions", count(functions)],
          ["Waiting messages", totals && count(totals.pendingMessages)],
          ["Steps that run", totals && count(totals.runningSteps)],
          ["Timers", totals && count(totals.timers)],
          ["Dead letters", deadLetters === undefined ? undefined : count(deadLetters)],
          [
            "You",
            me.value && `${me.value.who}: ${me.value.role === "write" ? "may act" : "may look"}`,
          ],
        ]}
      />
      {totals === undefined && <Lack of={lackOf("figures")} />}
    </>
  );
}

/** What the engine cannot tell, and why. */
function LacksPanel(): JSX.Element {
  const lacks = Object.entries(me.value?.unsupported ?? {});
  return (
    <Panel title="What this engine cannot tell">
      {lacks.length === 0 ? (
        <p class="empty">Nothing: it tells all that this page can show.</p>
      ) : (
        <Facts of={lacks.map(([name, why]) => [name, why])} />
      )}
    </Panel>
  );
}
