import { StateFunError } from "../../../internal/errors.ts";
import { peek, reasonOf } from "../../../internal/show.ts";

/** The client's errors gather errors, and name a cause that says more than they do: a wrong password, for one. */
export function* causesOf(error: unknown, depth = 0): Iterable<unknown> {
  yield error;
  // Ours say it all themselves.
  if (depth > 5 || error instanceof StateFunError) return;
  const errors: unknown = peek(error, "errors");
  if (Array.isArray(errors)) for (const one of errors) yield* causesOf(one, depth + 1);
  const cause = peek(error, "cause");
  if (cause !== undefined) yield* causesOf(cause, depth + 1);
}

/** All that an error of the client says, each thing once. */
export function reasonsOf(error: unknown): string {
  const reasons: string[] = [];
  for (const one of causesOf(error)) {
    const reason = reasonOf(one).replace(/\.$/, "");
    if (!reasons.some((known) => known.includes(reason))) reasons.push(reason);
  }
  return reasons.join(": ");
}
