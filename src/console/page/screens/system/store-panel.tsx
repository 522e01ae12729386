import type { JSX } from "preact";
import { topic } from "../../api/live.ts";
import type { Windows } from "../../api/types.ts";
import { lackOf } from "../../session/session.ts";
import { Bars } from "../../ui/charts/bars.tsx";
import { Facts } from "../../ui/facts.tsx";
import { bytes, count, duration } from "../../ui/numbers.ts";
import { Lack, Loading, Panel } from "../../ui/parts.tsx";
import { sharesOf } from "../functions/durations-panel.tsx";

/** Windows: steps are written to the store together, and each writing takes its time. */
export function StorePanel(): JSX.Element {
  const lack = lackOf("figures");
  const windows = topic<Windows>("windows").value;
  return (
    <Panel title="Store" note="since the start: steps are written together, in windows">
      <Lack of={lack} />
      <Loading isLoading={lack === undefined && windows === undefined} what="the windows" />
      {windows !== undefined && <Store {...windows} />}
    </Panel>
  );
}

function Store(windows: Windows): JSX.Element {
  const { commitMs, boundsMs, steps, rows, clockBehindMs } = windows;
  const mean = windows.windows === 0 ? 0 : steps / windows.windows;
  return (
    <>
      {windows.windows > 0 && (
        <>
          <p class="shares">{sharesOf(commitMs.counts, boundsMs)}</p>
          <Bars counts={commitMs.counts} bounds={boundsMs} label="Durations of commits" />
        </>
      )}
      <Facts
        of={[
          ["Windows", count(windows.windows)],
          ["Steps", `${count(steps)}, ${mean.toFixed(1)} in a window`],
          ["Rows written", count(rows)],
          ["Bytes written", bytes(windows.bytes)],
          // The clock of the machine has jumped back: time stands still until it is there again.
          ["Clock behind", clockBehindMs === 0 ? undefined : duration(clockBehindMs)],
        ]}
      />
    </>
  );
}
