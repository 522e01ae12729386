import type { JSX } from "preact";
import { linkTo } from "../route/route.ts";
import { Text } from "./text.tsx";

/** A link to a function. */
export function FunctionLink(props: { readonly typename: string }): JSX.Element {
  const { typename } = props;
  return (
    <a class="mono" href={linkTo("functions", { function: typename })}>
      <Text of={typename} />
    </a>
  );
}

/** A link to an instance: its id alone, or with its function before it. */
export function InstanceLink(props: {
  readonly typename: string;
  readonly id: string;
  readonly withFunction?: boolean;
}): JSX.Element {
  const { typename, id, withFunction = false } = props;
  return (
    <a class="mono" href={linkTo("instance", { function: typename, id })}>
      {withFunction && (
        <>
          <Text of={typename} />{" "}
        </>
      )}
      <Text of={id} max={60} />
    </a>
  );
}
