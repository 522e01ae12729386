import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Recording } from "../../api/types.ts";
import { Act } from "../../ui/act.tsx";
import { WriteButton } from "../../ui/button.tsx";
import { count, duration } from "../../ui/numbers.ts";
import { Badge, Empty, Panel } from "../../ui/parts.tsx";
import { now } from "../../ui/time.tsx";

const minutes = 10;
/** Measured as time of the processor: an engine that waits for a disk loses less. */
const cost = "While recording, about a fifth fewer messages are handled.";

const startText = `${cost} Values are not recorded.`;
const endText = "What was recorded can be read until the next recording begins.";

const acts = {
  start: {
    title: `Record for ${minutes} minutes?`,
    action: "Record",
    method: "POST",
    parts: { query: { minutes } },
    done: `Messages are recorded for ${minutes} minutes.`,
  },
  end: { title: "End the recording?", action: "End", method: "DELETE", done: "It has ended." },
} as const;

/** Whether messages are recorded, what that costs, and the button. */
export function RecordingPanel(props: {
  readonly recording: Recording;
  readonly again: () => Promise<void>;
}): JSX.Element {
  const { on, always, untilMs = Number.POSITIVE_INFINITY, spans, capacity } = props.recording;
  const [asked, setAsked] = useState<"start" | "end">();
  const isOn = on && (always || untilMs > now.value);
  const kept = `${count(spans)} messages recorded, at most ${count(capacity)}`;
  const forMs = Math.max(0, untilMs - now.value);
  const state = Number.isFinite(forMs) ? `on, ${duration(forMs)} left` : "always on";
  const close = (isDone: boolean): void => {
    setAsked(undefined);
    if (isDone) void props.again();
  };
  return (
    <Panel
      title="Recording"
      note={isOn ? kept : spans > 0 && kept}
      actions={
        <>
          <Badge tone={isOn ? "good" : "plain"}>{isOn ? state : "off"}</Badge>
          {!always && (
            <WriteButton tone={isOn ? "plain" : "primary"} onClick={() => setAsked("start")}>
              {isOn ? `Extend to ${minutes} minutes…` : `Record for ${minutes} minutes…`}
            </WriteButton>
          )}
          {isOn && !always && <WriteButton onClick={() => setAsked("end")}>End…</WriteButton>}
        </>
      }
    >
      {!isOn && spans === 0 && (
        <Empty>
          A recording shows where each message came from, how long it waited and ran, and all that
          it led to. It keeps names, ids and times of the newest {count(capacity)} in memory, never
          values, and ends by itself.
        </Empty>
      )}
      {asked !== undefined && (
        <Act {...acts[asked]} path="recording" nothing="" onClose={close}>
          <p>{asked === "start" ? startText : endText}</p>
        </Act>
      )}
    </Panel>
  );
}
