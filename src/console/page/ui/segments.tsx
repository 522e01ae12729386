import type { JSX } from "preact";

interface Choice {
  readonly name: string;
  readonly label: string;
  /** Why it cannot be chosen now; undefined: it can. */
  readonly reason?: string | undefined;
}

/** A few choices beside each other, of which one is shown. */
export function Segments(props: {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: string;
  readonly choose: (name: string) => void;
}): JSX.Element {
  const { label, choices, chosen, choose } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand in a line everywhere
    <span class="segments" role="group" aria-label={label}>
      {choices.map(({ name, label: text, reason }) => (
        <button
          type="button"
          key={name}
          aria-pressed={name === chosen}
          aria-disabled={reason === undefined ? undefined : true}
          title={reason}
          onClick={() => {
            if (reason === undefined) choose(name);
          }}
        >
          {text}
          {reason !== undefined && <span class="hidden"> ({reason})</span>}
        </button>
      ))}
    </span>
  );
}
