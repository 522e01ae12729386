import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { Address, Instance } from "../../api/types.ts";
import { Act } from "../../ui/act.tsx";
import { counted } from "../../ui/numbers.ts";
import { Text } from "../../ui/text.tsx";

interface ActionProps {
  readonly of: Address;
  readonly onClose: () => void;
}

const simple = {
  retry: {
    title: "Try again now?",
    action: "Retry now",
    done: "It is tried now.",
    says: "Its first message is tried immediately. Attempts stay as they are.",
  },
  pause: {
    title: "Pause this instance?",
    action: "Pause",
    done: "It is paused.",
    says: "A call that is running is finished first. Then messages wait, in order, until it is resumed, also over a restart.",
  },
  resume: {
    title: "Resume this instance?",
    action: "Resume",
    done: "It is resumed.",
    says: "It continues with its first message, unless its function is paused.",
  },
} as const;

/** The dialog before an action on one instance. */
export function InstanceAction(
  props: ActionProps & { readonly name: keyof typeof simple },
): JSX.Element {
  const { name, of, onClose } = props;
  const { says, ...texts } = simple[name];
  return (
    <Act
      {...texts}
      method="POST"
      path={`instance/${name}`}
      parts={{ query: queryOf(of) }}
      onClose={onClose}
    >
      <About of={of}>{says}</About>
    </Act>
  );
}

/** Gives up the first message that was seen: if another one is there by then, nothing is done. */
export function Skip(
  props: ActionProps & { readonly head: string; readonly behind: number },
): JSX.Element {
  const { of, head, behind, onClose } = props;
  return (
    <Act
      title={`Give up message #${head}?`}
      action="Give up"
      isDangerous
      method="POST"
      path="instance/skip"
      parts={{ query: { ...queryOf(of), number: head } }}
      done={`#${head} is a dead letter now.`}
      onClose={onClose}
    >
      <About of={of}>
        It becomes a dead letter with the code <code>discarded_by_operator</code>, and can be
        replayed from there. {counted(behind, "message")} behind it can run. If another message is
        the first by then, nothing is done.
      </About>
    </Act>
  );
}

export function Delete({
  instance,
  onClose,
}: {
  readonly instance: Instance;
  readonly onClose: () => void;
}): JSX.Element {
  const [timers, setTimers] = useState(false);
  const { state, mailboxLength } = instance;
  return (
    <Act
      title="Delete all state of this instance?"
      action="Delete"
      isDangerous
      typed="delete"
      method="DELETE"
      path="instance"
      parts={{ query: { ...queryOf(instance), timers } }}
      done="Its state is deleted."
      onClose={onClose}
    >
      <About of={instance}>
        {counted(Object.keys(state).length, "value")} will be forgotten, which cannot be taken back.{" "}
        {counted(mailboxLength, "message")} will run on an instance without state. What was handled
        once is not handled again.
      </About>
      <label class="check">
        <input
          type="checkbox"
          checked={timers}
          onChange={(event) => setTimers(event.currentTarget.checked)}
        />
        Cancel its timers too
      </label>
    </Act>
  );
}

function queryOf({ typename, id }: Address) {
  return { function: typename, id };
}

/** Which instance, and what will happen to it. */
export function About(props: {
  readonly of: Address;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { typename, id } = props.of;
  return (
    <>
      <p>
        <Text of={typename} mono /> <Text of={id} max={200} mono />
      </p>
      <p>{props.children}</p>
    </>
  );
}
