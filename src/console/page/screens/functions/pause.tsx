import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { write } from "../../api/client.ts";
import type { Done } from "../../api/types.ts";
import { lackOf } from "../../session/session.ts";
import { WriteButton } from "../../ui/button.tsx";
import { Confirm, type Intent } from "../../ui/confirm.tsx";
import { count } from "../../ui/numbers.ts";
import { visible } from "../../ui/text.tsx";
import type { FunctionView } from "./function-view.ts";

/** Pauses or resumes a function, as the server has it when the button is pressed. */
export function PauseButton(props: {
  readonly view: FunctionView;
  readonly onDone: () => unknown;
}): JSX.Element {
  const { view, onDone } = props;
  const [asked, setAsked] = useState<"pause" | "resume">();
  const next = view.row.paused ? "resume" : "pause";
  return (
    <>
      <WriteButton reason={lackOf("pauseFunction")} onClick={() => setAsked(next)}>
        {next === "pause" ? "Pause…" : "Resume…"}
      </WriteButton>
      {asked !== undefined && (
        <Question
          view={view}
          action={asked}
          onClose={(isDone) => {
            setAsked(undefined);
            if (isDone) void onDone();
          }}
        />
      )}
    </>
  );
}

function Question(props: {
  readonly view: FunctionView;
  readonly action: "pause" | "resume";
  readonly onClose: (isDone: boolean) => void;
}): JSX.Element {
  const { view, action, onClose } = props;
  const name = visible(view.typename.slice(0, 200));
  const isPause = action === "pause";
  return (
    <Confirm
      title={isPause ? `Pause ${name}?` : `Resume ${name}?`}
      action={isPause ? "Pause" : "Resume"}
      run={(intent) => send(view.typename, action, intent)}
      onClose={onClose}
    >
      {isPause ? <WhatPauseDoes /> : <WhatResumeDoes waiting={view.figures?.waiting} />}
    </Confirm>
  );
}

function WhatPauseDoes(): JSX.Element {
  return (
    <ul>
      <li>Messages to all its instances are accepted and wait, in order. None is lost.</li>
      <li>Steps that run now end.</li>
      <li>It is stored: a restart does not resume it.</li>
    </ul>
  );
}

function WhatResumeDoes({ waiting }: { readonly waiting: number | undefined }): JSX.Element {
  return (
    <ul>
      <li>
        {waiting === undefined ? "Messages that wait" : `${count(waiting)} waiting messages`} are
        handled, in order.
      </li>
      <li>Instances that are paused one by one stay paused.</li>
    </ul>
  );
}

/** Says what the server did. */
async function send(typename: string, action: "pause" | "resume", intent: Intent): Promise<string> {
  const path = `functions/${typename.split("/").map(encodeURIComponent).join("/")}/${action}`;
  const { count: changed, duplicate } = await write<Done>("POST", path, intent);
  const state = action === "pause" ? "paused" : "resumed";
  const name = visible(typename.slice(0, 80));
  if (duplicate) return `${name} was ${state} by the first try.`;
  return changed === 0 ? `${name} was ${state} already.` : `${name} is ${state}.`;
}
