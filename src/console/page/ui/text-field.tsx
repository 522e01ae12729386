import type { JSX } from "preact";

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
  readonly class?: string;
  readonly placeholder?: string;
  readonly inputMode?: "numeric";
  readonly maxLength?: number;
  /** The id of a list of what can be chosen. */
  readonly list?: string;
}

/** A text with its name above it. */
export function TextField({ label, set, ...input }: TextFieldProps): JSX.Element {
  return (
    <label>
      <span>{label}</span>
      <input
        type="text"
        autocomplete="off"
        spellcheck={false}
        {...input}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </label>
  );
}
