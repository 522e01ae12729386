import type { JSX } from "preact";
import { write } from "../../api/client.ts";
import type { Done } from "../../api/types.ts";
import { Confirm, type Intent } from "../../ui/confirm.tsx";
import { saidOf } from "../../ui/reads/done.ts";
import { Text } from "../../ui/text.tsx";
import type { Chosen } from "./states.tsx";

/** Forgets the value that was seen: if another one is there by then, nothing is done. */
export function ForgetState(props: {
  readonly typename: string;
  readonly id: string;
  readonly state: Chosen;
  readonly onClose: () => void;
}): JSX.Element {
  const { typename, id, state, onClose } = props;
  const run = async ({ key, why }: Intent): Promise<string> => {
    const done = await write<Done>("DELETE", "state", {
      key,
      query: { function: typename, id, name: state.name },
      headers: { "if-match": state.etag },
      ...(why !== undefined && { why }),
    });
    return saidOf(done, `${state.name} is forgotten.`, `${state.name} was not there any more.`);
  };
  return (
    <Confirm
      title={`Forget ${state.name}?`}
      action="Forget"
      isDangerous
      run={run}
      onClose={onClose}
    >
      <p>
        The value of <Text of={state.name} mono /> of <Text of={typename} mono />{" "}
        <Text of={id} max={60} mono /> is forgotten between two steps, and cannot be taken back. If
        another value is there by then, nothing is done.
      </p>
    </Confirm>
  );
}
