import type { ComponentChildren, JSX } from "preact";

/** Names with what they are, below each other. What is undefined is left out. */
export function Facts(props: {
  readonly of: readonly (readonly [string, ComponentChildren])[];
}): JSX.Element {
  return (
    <dl class="about">
      {props.of
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
