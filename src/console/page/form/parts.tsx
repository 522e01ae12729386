import type { JSX } from "preact";
import { visible } from "../ui/text.tsx";
import type { Issue } from "./field-props.ts";

/** What is wrong with a part, by the server or before it is asked. */
export function Issues(props: {
  readonly of: readonly Issue[];
  readonly hint?: string | undefined;
  readonly id?: string;
}): JSX.Element | null {
  const { of, hint, id } = props;
  const texts = of.map(({ path, message }) =>
    visible(path.length === 0 ? message : `${path.join(".")}: ${message}`),
  );
  if (texts.length === 0 && hint === undefined) return null;
  return (
    <div class="issues" id={id}>
      {texts.map((text) => (
        <span class="issue" key={text}>
          {text}
        </span>
      ))}
      {texts.length === 0 && <span class="hint">{hint}</span>}
    </div>
  );
}

/** A small button with a sign; its words are for those who do not see it. */
export function Sign(props: {
  readonly sign: string;
  readonly label: string;
  readonly onClick: () => void;
}): JSX.Element {
  const { sign, label, onClick } = props;
  return (
    <button type="button" class="sign" aria-label={label} title={label} onClick={onClick}>
      {sign}
    </button>
  );
}
