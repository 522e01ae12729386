import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { write } from "../../api/client.ts";
import type { Recording } from "../../api/types.ts";
import { WriteButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/confirm.tsx";
import { count, duration } from "../../ui/numbers.ts";
import { Badge, Panel } from "../../ui/parts.tsx";
import { now } from "../../ui/time.tsx";

const minutes = 10;

/** Whether messages are recorded, what that costs, and the button. */
export function RecordingPanel(props: {
  readonly recording: Recording;
  readonly again: () => Promise<void>;
}): JSX.Element {
  const { recording, again } = props;
  const { on, always, untilMs, spans, capacity } = recording;
  const [asked, setAsked] = useState<"start" | "end">();
  const isOn = on && (always || untilMs === undefined || untilMs > now.value);
  const kept = `${count(spans)} of ${count(capacity)} places are taken`;
  return (
    <Panel
      title="Recording"
      note={isOn ? kept : spans > 0 ? `${kept}: it has ended, and can be read` : undefined}
      actions={
        <>
          <Badge tone={isOn ? "good" : "plain"}>
            {!isOn
              ? "off"
              : untilMs === undefined
                ? "always on"
                : `on for ${duration(Math.max(0, untilMs - now.value))}`}
          </Badge>
          {!always && (
            <WriteButton tone={isOn ? "plain" : "primary"} onClick={() => setAsked("start")}>
              {isOn ? `${minutes} minutes from now…` : `Record for ${minutes} minutes…`}
            </WriteButton>
          )}
          {isOn && !always && <WriteButton onClick={() => setAsked("end")}>End…</WriteButton>}
        </>
      }
    >
      {!isOn && spans === 0 && <Teaching />}
      {asked !== undefined && (
        <Confirm
          title={asked === "start" ? `Record for ${minutes} minutes?` : "End the recording?"}
          action={asked === "start" ? "Record" : "End"}
          run={async ({ key, why }) => {
            const isStart = asked === "start";
            const query = isStart ? { minutes } : {};
            await write(isStart ? "POST" : "DELETE", "recording", {
              query,
              key,
              ...(why !== undefined && { why }),
            });
            await again();
            return isStart ? `Messages are recorded for ${minutes} minutes.` : "It has ended.";
          }}
          onClose={() => setAsked(undefined)}
        >
          {asked === "start" ? (
            <p>
              Each message costs a little more for so long: about a tenth fewer are handled a
              second. Values are not recorded, and it is all in memory.
            </p>
          ) : (
            <p>What was recorded can be read until the next recording begins.</p>
          )}
        </Confirm>
      )}
    </Panel>
  );
}

function Teaching(): JSX.Element {
  return (
    <div class="empty">
      <p>
        Nothing is recorded now. A recording shows each message with where it came from, how long it
        waited and ran, and what became of it, and the whole tree of messages, timers and records
        that one message has led to.
      </p>
      <p>
        While it is off it costs nothing. While it is on, about a tenth fewer messages are handled a
        second. It keeps names, ids and times of the newest 4,096 in memory, never values, and ends
        by itself.
      </p>
    </div>
  );
}
