import type { JSX } from "preact";
import type { PausedRow } from "../../api/types.ts";
import { Act } from "../../ui/act.tsx";
import { count } from "../../ui/numbers.ts";
import { type Reading, useRead } from "../../ui/reads/use-read.ts";
import { visible } from "../../ui/text.tsx";

export interface PausedPage {
  readonly paused: readonly PausedRow[];
}

/** All that is paused: read again when `tick` changes. */
export function usePaused(tick: unknown, isKnown = true): Reading<PausedPage> {
  return useRead<PausedPage>(isKnown ? "paused" : undefined, {}, tick);
}

/** Asks before a function, or one instance, is paused or resumed. */
export function PauseDialog(props: {
  readonly typename: string;
  readonly id?: string | undefined;
  readonly action: "pause" | "resume";
  readonly waiting?: number;
  readonly onClose: (isDone: boolean) => void;
}): JSX.Element {
  const { typename, id, action, waiting = 0, onClose } = props;
  const name = visible([typename, id].join(" ").trim().slice(0, 200));
  const [verb, state] = action === "pause" ? ["Pause", "paused"] : ["Resume", "resumed"];
  const path = `functions/${typename.split("/").map(encodeURIComponent).join("/")}/${action}`;
  return (
    <Act
      title={`${verb} ${name}?`}
      action={verb}
      method="POST"
      {...(id === undefined
        ? { path }
        : { path: `instance/${action}`, parts: { query: { function: typename, id } } })}
      done={`${name} is ${state}.`}
      nothing={`${name} was ${state} already.`}
      onClose={onClose}
    >
      {action === "pause" ? (
        <ul>
          <li>Messages are accepted and wait, in order.</li>
          <li>Calls that are running are finished first.</li>
          <li>A restart does not resume it.</li>
        </ul>
      ) : (
        <ul>
          <li>
            {waiting === 0 ? "Messages that wait" : `${count(waiting)} waiting messages`} are
            handled, in order.
          </li>
          {id === undefined && <li>Instances that are paused one by one stay paused.</li>}
        </ul>
      )}
    </Act>
  );
}
