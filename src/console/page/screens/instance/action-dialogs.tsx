import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { type Query, write } from "../../api/client.ts";
import type { Done, Instance } from "../../api/types.ts";
import { Confirm, type Intent } from "../../ui/confirm.tsx";
import { count } from "../../ui/numbers.ts";
import { saidOf } from "../../ui/reads/done.ts";
import { Text } from "../../ui/text.tsx";

export type ActionName = "retry" | "skip" | "pause" | "resume" | "delete";

interface DialogProps {
  readonly name: ActionName;
  readonly typename: string;
  readonly id: string;
  readonly instance: Instance | undefined;
  readonly onClose: () => void;
}

interface ActionText {
  readonly title: string;
  readonly action: string;
  readonly method: "POST" | "DELETE";
  readonly path: string;
  readonly query?: Query;
  readonly isDangerous?: boolean;
  readonly typed?: string;
  readonly reason?: string;
  readonly done: string;
  readonly nothing: string;
  readonly body: ComponentChildren;
}

/** The dialog before an action on one instance. */
export function InstanceDialog(props: DialogProps): JSX.Element {
  const { name, typename, id, instance, onClose } = props;
  const [withTimers, setWithTimers] = useState(false);
  // The head that the operator saw: if another one is there by now, nothing is done.
  const [head] = useState(instance?.trouble?.number ?? instance?.mailbox[0]?.number);
  const timers = instance?.timers.length ?? 0;
  const text = name === "delete" ? deletion(instance, withTimers) : textOf(name, head, instance);
  const run = async ({ key, why }: Intent): Promise<string> => {
    const query = { function: typename, id, ...text.query };
    const parts = { key: `${key}${withTimers ? "-timers" : ""}`, query };
    const done = await write<Done>(text.method, text.path, {
      ...parts,
      ...(why !== undefined && { why }),
    });
    return saidOf(done, text.done, text.nothing);
  };
  return (
    <Confirm
      title={text.title}
      action={text.action}
      isDangerous={text.isDangerous === true}
      reason={text.reason}
      {...(text.typed !== undefined && { typed: text.typed })}
      run={run}
      onClose={onClose}
    >
      <p>
        <Text of={typename} mono /> <Text of={id} max={200} mono />
      </p>
      {text.body}
      {name === "delete" && (
        <label class="check">
          <input
            type="checkbox"
            checked={withTimers}
            onChange={(event) => setWithTimers(event.currentTarget.checked)}
          />
          Cancel its timers too{timers > 0 && ` (${count(timers)} on this page)`}
        </label>
      )}
    </Confirm>
  );
}

function textOf(
  name: Exclude<ActionName, "delete">,
  head: string | undefined,
  instance: Instance | undefined,
): ActionText {
  const at = { method: "POST", path: `instance/${name}` } as const;
  switch (name) {
    case "retry":
      return {
        ...at,
        title: "Try again now?",
        action: "Retry now",
        done: "It tries again now.",
        nothing: "It was not waiting for a next attempt.",
        body: (
          <p>
            The wait before the next attempt ends. Attempts stay as they are. If its endpoint is
            down, it is looked at once.
          </p>
        ),
      };
    case "skip":
      return {
        ...at,
        title: `Give up message #${head ?? ""}?`,
        action: "Give up",
        isDangerous: true,
        query: { number: head },
        ...(head === undefined && { reason: "no message waits here" }),
        done: `#${head} is a dead letter now.`,
        nothing: "It was not at the head any more.",
        body: <SkipBody behind={(instance?.mailboxLength ?? 1) - 1} />,
      };
    case "pause":
      return {
        ...at,
        title: "Pause this instance?",
        action: "Pause",
        done: "It is paused.",
        nothing: "It was paused already.",
        body: (
          <p>
            The step that runs ends. From then on messages are accepted and wait, in order, until it
            is resumed. This outlasts a restart.
          </p>
        ),
      };
    case "resume":
      return {
        ...at,
        title: "Resume this instance?",
        action: "Resume",
        done: "It goes on.",
        nothing: "It was not paused by itself: if its function is paused, resume that.",
        body: <p>It goes on with the message at its head.</p>,
      };
  }
}

function SkipBody({ behind }: { readonly behind: number }): JSX.Element {
  return (
    <ul>
      <li>
        The message becomes a dead letter with the code <code>discarded_by_operator</code>. It can
        be replayed from there.
      </li>
      <li>
        {behind <= 0
          ? "Nothing waits behind it."
          : `${behind === 1 ? "The message" : `The ${count(behind)} messages`} behind it can run.`}
      </li>
      <li>If another message is at the head by then, nothing is done.</li>
    </ul>
  );
}

function deletion(instance: Instance | undefined, withTimers: boolean): ActionText {
  const states = Object.keys(instance?.state ?? {}).length;
  const waiting = instance?.mailboxLength ?? 0;
  return {
    method: "DELETE",
    path: "instance",
    query: { timers: withTimers },
    title: "Delete all state of this instance?",
    action: "Delete",
    isDangerous: true,
    typed: "delete",
    done: "Its state is deleted.",
    nothing: "There was nothing to delete.",
    body: (
      <ul>
        <li>
          {count(states)} {states === 1 ? "value is" : "values are"} forgotten. This cannot be taken
          back.
        </li>
        <li>
          {waiting === 0
            ? "No message waits."
            : `${count(waiting)} ${waiting === 1 ? "message stays" : "messages stay"}, and run on an instance without state.`}
        </li>
        <li>Idempotency keys stay: what was handled once is not handled again.</li>
      </ul>
    ),
  };
}
