import type { ComponentChildren, JSX } from "preact";
import { useErrorBoundary } from "preact/hooks";
import { ApiError } from "../api/client.ts";
import { Failure } from "./parts.tsx";

/** A mistake in one screen says so in its place: the frame, and all other screens, go on. */
export function Boundary(props: { readonly children: ComponentChildren }): JSX.Element {
  const [error, reset] = useErrorBoundary((problem) => console.error(problem));
  if (error === undefined) return <>{props.children}</>;
  const why = error instanceof Error ? error.message : String(error);
  const refusal = new ApiError(0, "page", `This page has a mistake, and cannot show this: ${why}`);
  return <Failure error={refusal} again={reset} />;
}
