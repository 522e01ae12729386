import type { JSX } from "preact";

interface TextAreaProps {
  readonly value: string;
  readonly set: (value: string) => void;
  readonly rows?: number;
  readonly class?: string;
  readonly placeholder?: string;
  readonly "aria-label"?: string;
  readonly "aria-invalid"?: boolean;
}

/** A text of several lines, as it is typed. */
export function TextArea({ set, ...area }: TextAreaProps): JSX.Element {
  return (
    <textarea
      rows={1}
      spellcheck={false}
      {...area}
      onInput={(event) => set(event.currentTarget.value)}
    />
  );
}
