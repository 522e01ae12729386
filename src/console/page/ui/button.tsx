import type { ComponentChildren, JSX } from "preact";
import { mayWrite } from "../session/session.ts";

interface ButtonProps {
  readonly onClick: () => unknown;
  readonly children: ComponentChildren;
  readonly tone?: "plain" | "primary" | "danger";
  /** A key that does the same while the screen is shown. */
  readonly shortcut?: string;
  /** Why it cannot be used now; undefined: it can. */
  readonly reason?: string | undefined;
}

export function Button(props: ButtonProps): JSX.Element {
  const { onClick, children, tone = "plain", shortcut, reason } = props;
  // `aria-disabled` keeps it in the order of the keyboard, so that its reason can be read.
  return (
    <button
      type="button"
      class={tone}
      aria-disabled={reason === undefined ? undefined : true}
      aria-keyshortcuts={shortcut}
      data-shortcut={shortcut}
      title={reason}
      onClick={() => {
        if (reason === undefined) onClick();
      }}
    >
      {children}
      {shortcut !== undefined && (
        <span class="kbd" aria-hidden="true">
          {shortcut}
        </span>
      )}
      {reason !== undefined && <span class="hidden"> ({reason})</span>}
    </button>
  );
}

/** A button that changes something: an operator with the role read sees it, and why it does nothing. */
export function WriteButton(props: ButtonProps): JSX.Element {
  const reason = mayWrite() ? props.reason : "needs the role write";
  return <Button {...props} reason={reason} />;
}
