import { StateFunError } from "../../internal/errors.ts";
import type { Failed } from "../../model/outcome.ts";

/** Nothing of the batch was done. */
export function failedBefore(error: unknown): Failed {
  return { kind: "failed", index: -1, error, completed: undefined };
}

/** A function that is never content with the states that it gets. */
export function incomplete(rounds: number): StateFunError {
  const text = `the function asked for missing states ${rounds} times for one batch`;
  return new StateFunError("undeclared_state", text);
}
