import type { JSX } from "preact";
import type { Instance } from "../../api/types.ts";
import { linkTo } from "../../route/route.ts";
import { WriteButton } from "../../ui/button.tsx";
import { count } from "../../ui/numbers.ts";
import { Panel } from "../../ui/parts.tsx";
import { TimerTable } from "../../ui/timer-table.tsx";
import type { Ask } from "../../ui/use-dialog.ts";
import { Delete, InstanceAction } from "./actions.tsx";

interface PartProps {
  readonly instance: Instance;
  readonly ask: Ask;
}

/** What is done with an instance as a whole. */
export function Whole({ instance, ask }: PartProps): JSX.Element {
  const { typename, paused = false, state, timers } = instance;
  const isEmpty = Object.keys(state).length === 0 && timers.length === 0;
  const name = paused ? "resume" : "pause";
  return (
    <Panel
      title="Instance"
      actions={
        <>
          <WriteButton
            onClick={() =>
              ask((onClose) => <InstanceAction name={name} of={instance} onClose={onClose} />)
            }
          >
            {paused ? "Resume…" : "Pause…"}
          </WriteButton>
          <WriteButton
            tone="danger"
            reason={isEmpty ? "no state and no timers" : undefined}
            onClick={() => ask((onClose) => <Delete instance={instance} onClose={onClose} />)}
          >
            Delete…
          </WriteButton>
        </>
      }
    >
      <p class="line">
        <a href={linkTo("dead-letters", { function: typename })}>Dead letters of the function</a>
      </p>
    </Panel>
  );
}

export function Timers({ instance, ask }: PartProps): JSX.Element {
  const { typename, id, timers, next } = instance;
  return (
    <Panel title="Timers" note={next === undefined ? count(timers.length) : undefined}>
      <TimerTable
        timers={timers}
        of={instance}
        ask={ask}
        empty={
          next === undefined ? (
            <>No timers.</>
          ) : (
            <a href={linkTo("timers", { function: typename, id })}>Timers of this instance</a>
          )
        }
      />
    </Panel>
  );
}
