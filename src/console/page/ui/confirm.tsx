import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type ApiError, newKey } from "../api/client.ts";
import { noteRefusal } from "../session/session.ts";
import { say } from "./notices.tsx";
import { Failure } from "./parts.tsx";

export interface Intent {
  readonly key: string;
  readonly why: string | undefined;
}

export interface ConfirmProps {
  readonly title: string;
  /** What will happen, and what will not. */
  readonly children: ComponentChildren;
  /** What the button says that does it. */
  readonly action: string;
  readonly isDangerous?: boolean | undefined;
  /** Has room for a text. */
  readonly isWide?: boolean;
  /** To be typed, for what cannot be taken back or is large: a count, a name. */
  readonly typed?: string | undefined;
  /** Why it cannot be done now, while a form inside says so. */
  readonly reason?: string | undefined;
  /** Whether the activity log takes a reason. @default true */
  readonly asksWhy?: boolean;
  /** Does it, and says what came of it. Called again with the same key when the operator tries again. */
  readonly run: (intent: Intent) => Promise<string | undefined>;
  /** It is over: done or given up. */
  readonly onClose: (isDone: boolean) => void;
}

/** A dialog before a change. It stays open on an error and shows it, so that nothing that was typed is lost. */
export function Confirm(props: ConfirmProps): JSX.Element {
  const { title, children, action, isDangerous = false, typed, reason, asksWhy = true } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [key] = useState(newKey);
  const [why, setWhy] = useState("");
  const [given, setGiven] = useState("");
  const [error, setError] = useState<ApiError>();
  const [isRunning, setRunning] = useState(false);
  useEffect(() => {
    dialog.current?.showModal();
    // The first field of all may be one that is seldom changed.
    dialog.current?.querySelector<HTMLElement>(".fields input")?.focus();
  }, []);
  const isTyped = typed === undefined || given.trim().replaceAll(",", "") === typed;
  const isReady = isTyped && reason === undefined && !isRunning;
  const run = async (): Promise<void> => {
    if (!isReady) return;
    setRunning(true);
    setError(undefined);
    try {
      const said = await props.run({ key, why: why.trim() === "" ? undefined : why.trim() });
      if (said !== undefined) say(said);
      props.onClose(true);
    } catch (problem) {
      setError(noteRefusal(problem));
      setRunning(false);
    }
  };
  return (
    <dialog
      ref={dialog}
      class={props.isWide === true ? "confirm wide" : "confirm"}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        if (!isRunning) props.onClose(false);
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <h2>{title}</h2>
        <div class="body">{children}</div>
        <div class="fields">
          {asksWhy && (
            <label>
              <span>Why (optional), for the activity log</span>
              <input
                value={why}
                maxLength={500}
                autocomplete="off"
                onInput={(event) => setWhy(event.currentTarget.value)}
              />
            </label>
          )}
          {typed !== undefined && (
            <label>
              <span>Type {typed}</span>
              <input
                value={given}
                autocomplete="off"
                onInput={(event) => setGiven(event.currentTarget.value)}
              />
            </label>
          )}
        </div>
        <Failure error={error} />
        <footer>
          {reason !== undefined && <span class="note">{reason}</span>}
          <button type="button" disabled={isRunning} onClick={() => props.onClose(false)}>
            Cancel
          </button>
          <button type="submit" class={isDangerous ? "danger" : "primary"} disabled={!isReady}>
            {isRunning ? "Working…" : action}
          </button>
        </footer>
      </form>
    </dialog>
  );
}
