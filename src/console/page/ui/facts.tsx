import type { ComponentChildren, JSX } from "preact";

/** Names with what they are, below each other. What is undefined is left out. */
export function Facts(props: {
  readonly of: readonly (readonly [ComponentChildren, ComponentChildren])[];
  readonly class?: string;
}): JSX.Element {
  return (
    <dl class={props.class ?? "about"}>
      {props.of
        .filter(([, value]) => value !== undefined)
        .map(([name, value], at) => (
          <div key={at}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
