import type { ComponentChildren, JSX } from "preact";
import type { ApiError } from "../api/client.ts";
import { linkTo } from "../route/route.ts";

export type Tone = "good" | "bad" | "warn" | "plain";

/** A word with a colour: never a colour alone. */
export function Badge(props: {
  readonly tone?: Tone;
  readonly children: ComponentChildren;
}): JSX.Element {
  return <span class={`badge ${props.tone ?? "plain"}`}>{props.children}</span>;
}

/** A part of a screen with its title. */
export function Panel(props: {
  readonly title: string;
  /** Beside the title: how many, since when. */
  readonly note?: ComponentChildren;
  /** At the end of the line of the title. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly class?: string;
}): JSX.Element {
  const { title, note, actions, children } = props;
  return (
    <section class={`panel ${props.class ?? ""}`} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {note !== undefined && <span class="note">{note}</span>}
        {actions !== undefined && <span class="actions">{actions}</span>}
      </header>
      {children}
    </section>
  );
}

/** The title of a screen. */
export function Title(props: {
  readonly children: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly actions?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="title">
      <h1>{props.children}</h1>
      {props.note !== undefined && <span class="note">{props.note}</span>}
      {props.actions !== undefined && <span class="actions">{props.actions}</span>}
    </div>
  );
}

/** What stands where there is nothing: why, and what to do. */
export function Empty(props: { readonly children: ComponentChildren }): JSX.Element {
  return <div class="empty">{props.children}</div>;
}

/** Of a function that is named and not there. */
export function Unbound(): JSX.Element {
  return (
    <div class="panel">
      <Empty>
        No function of this name is bound. Messages to it become dead letters, or wait for it.{" "}
        <a href={linkTo("functions")}>All functions</a>
      </Empty>
    </div>
  );
}

/** An error as the server says it. What was shown before stays beside it. */
export function Failure(props: {
  readonly error: ApiError | undefined;
  readonly again?: () => unknown;
}): JSX.Element | null {
  const { error, again } = props;
  if (error === undefined) return null;
  return (
    <div class="failure" role="alert">
      <span>
        {error.message} <code>{error.code}</code>
      </span>
      {again !== undefined && (
        <button type="button" onClick={() => void again()}>
          Try again
        </button>
      )}
    </div>
  );
}

/** A sentence for what this engine cannot tell. */
export function Lack(props: { readonly of: string | undefined }): JSX.Element | null {
  return props.of === undefined ? null : <p class="lack">Not known here: {props.of}.</p>;
}

export function Loading(props: {
  readonly isLoading: boolean;
  readonly what: string;
}): JSX.Element | null {
  return props.isLoading ? (
    <div class="loading" role="status">
      Reading {props.what}…
    </div>
  ) : null;
}
