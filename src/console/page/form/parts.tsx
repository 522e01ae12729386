import type { ComponentChildren, JSX } from "preact";
import { visible } from "../ui/text.tsx";
import { type Issue, issueText } from "./field-props.ts";

/** What is wrong with a part, by the server or before it is asked. */
export function Issues(props: {
  readonly of: readonly Issue[];
  readonly hint?: string | undefined;
  readonly id?: string;
}): JSX.Element | null {
  const { of, hint, id } = props;
  if (of.length === 0 && hint === undefined) return null;
  return (
    <div class="issues" id={id}>
      {of.map((issue) => (
        <span class="issue" key={issueText(issue)}>
          {visible(issueText(issue))}
        </span>
      ))}
      {of.length === 0 && <span class="hint">{hint}</span>}
    </div>
  );
}

/** A small button with a sign; its words are for those who do not see it. */
export function Sign(props: {
  readonly sign: string;
  readonly label: string;
  readonly onClick: () => void;
  readonly isOff?: boolean;
}): JSX.Element {
  const { sign, label, onClick, isOff = false } = props;
  return (
    <button
      type="button"
      class="sign"
      aria-label={label}
      title={label}
      disabled={isOff}
      onClick={onClick}
    >
      {sign}
    </button>
  );
}

/** A line of the form: its name at the left, what is filled in at the right. */
export function Line(props: {
  readonly label: string | undefined;
  readonly title: string;
  readonly description: string;
  readonly isRequired: boolean;
  readonly labelFor?: string | undefined;
  readonly labelId?: string | undefined;
  readonly onRemove?: (() => void) | undefined;
  readonly actions?: JSX.Element | undefined;
  readonly isGroup?: boolean;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { label, title, description, isRequired, onRemove, actions, isGroup, children } = props;
  const Name = props.labelFor === undefined ? "span" : "label";
  return (
    <div class={isGroup === true ? "field group" : "field"}>
      {label !== undefined && (
        <div class="name-of">
          <Name
            {...(props.labelFor === undefined ? { id: props.labelId } : { for: props.labelFor })}
          >
            <bdi class="mono">{visible(label === "" ? "(empty)" : label)}</bdi>
            {!isRequired && <span class="note"> optional</span>}
          </Name>
          {actions}
          {onRemove !== undefined && (
            <Sign sign="×" label={`Remove ${visible(label)}`} onClick={onRemove} />
          )}
        </div>
      )}
      <div class="filled">
        {children}
        {(title !== "" || description !== "") && (
          <p class="note">{visible([title, description].filter((one) => one !== "").join(". "))}</p>
        )}
      </div>
    </div>
  );
}
