import type { ComponentChildren, JSX } from "preact";
import { Button } from "../button.tsx";
import { Failure, Lack, Loading } from "../parts.tsx";
import type { Reading } from "./use-read.ts";

/** What was read; before that that it is read, and its error beside what is known. */
export function Read<T>(props: {
  readonly of: Reading<T>;
  /** Why this engine cannot tell it. */
  readonly lack?: string | undefined;
  /** What is read, while it is. */
  readonly what: string;
  readonly children: (data: T) => ComponentChildren;
}): JSX.Element {
  const { what, lack, children } = props;
  if (lack !== undefined) return <Lack of={lack} />;
  const { data, error, again, isLoading } = props.of;
  return (
    <>
      <Failure error={error} again={again} />
      {data === undefined ? <Loading isLoading={isLoading} what={what} /> : children(data)}
    </>
  );
}

export function ReadAgain(props: { readonly of: Reading<unknown> }): JSX.Element {
  return (
    <Button shortcut="R" onClick={props.of.again}>
      Refresh
    </Button>
  );
}
