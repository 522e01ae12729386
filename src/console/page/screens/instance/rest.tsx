import type { JSX } from "preact";
import type { FunctionRow, Instance } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { me } from "../../session/session.ts";
import { FunctionLink } from "../../ui/address.tsx";
import { WriteButton } from "../../ui/button.tsx";
import { Panel } from "../../ui/parts.tsx";
import { Text } from "../../ui/text.tsx";
import type { ActionName } from "./action-dialogs.tsx";

interface RestProps {
  readonly instance: Instance;
  readonly fn: FunctionRow | undefined;
  readonly onAction: (name: ActionName) => void;
}

/** What is done with an instance as a whole. */
export function Rest({ instance, fn, onAction }: RestProps): JSX.Element {
  const { typename, id, paused = false } = instance;
  const hasStates = Object.keys(instance.state).length > 0;
  const isEmpty = !hasStates && instance.timers.length === 0;
  return (
    <Panel
      title="Instance"
      actions={
        <>
          <WriteButton onClick={() => onAction(paused ? "resume" : "pause")}>
            {paused ? "Resume…" : "Pause…"}
          </WriteButton>
          <WriteButton
            tone="danger"
            reason={isEmpty ? "it has no state and no timer" : undefined}
            onClick={() => onAction("delete")}
          >
            Delete…
          </WriteButton>
        </>
      }
    >
      <p class="line">
        {fn?.remote === true ? "It runs in another process" : "It runs here"} ·{" "}
        {paused ? "paused" : "not paused"} · <FunctionLink typename={typename} /> ·{" "}
        <a href={linkTo("dead-letters", { function: typename })}>Dead letters of the function</a>
        {me.value?.engine === "durable-object" && (
          <>
            {" "}
            · object <Text of={`${typename}/${id}`} mono />
          </>
        )}
      </p>
    </Panel>
  );
}
