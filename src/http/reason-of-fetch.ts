import { peek, reasonOf } from "../internal/show.ts";

/** What a platform's fetch says is in its cause, mostly. */
export function reasonOfFetch(error: unknown): string {
  const cause = peek(error, "cause");
  return cause === undefined ? reasonOf(error) : reasonOf(cause) || String(peek(cause, "code"));
}
