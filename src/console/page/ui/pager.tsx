import type { JSX } from "preact";
import { change, param } from "../route/route.ts";
import { Button } from "./button.tsx";

/**
 * Goes through pages by cursors, which know only what is next. The cursors of pages before stand in the parameter `back`, so that
 * a link opens the same page, and "back" works from it.
 */
export function Pager(props: { readonly next: string | undefined }): JSX.Element | null {
  const { next } = props;
  const after = param("after");
  const before = param("back") === "" ? [] : param("back").split(" ").map(decodeURIComponent);
  if (after === "" && next === undefined) return null;
  const encoded = (cursors: readonly string[]): string =>
    cursors.map((one) => encodeURIComponent(one === "" ? "-" : one)).join(" ");
  return (
    <nav class="pager" aria-label="Pages">
      <Button
        reason={after === "" ? "this is the first page" : undefined}
        onClick={() => {
          const last = before.at(-1) ?? "-";
          change({ after: last === "-" ? undefined : last, back: encoded(before.slice(0, -1)) });
        }}
      >
        Back
      </Button>
      <Button
        reason={next === undefined ? "this is the last page" : undefined}
        onClick={() => {
          // A history of a thousand pages fits into no URL: the oldest are forgotten.
          change({ after: next, back: encoded([...before, after].slice(-20)) });
        }}
      >
        Next
      </Button>
    </nav>
  );
}

/** The parameter `after` for a query. */
export function afterParam(): string | undefined {
  const after = param("after");
  return after === "" ? undefined : after;
}
