import { isNonRetryable, StateFunError, type StateFunErrorCode } from "../internal/errors.ts";

type LastCode = Extract<
  StateFunErrorCode,
  | "message_undecodable"
  | "token_pending"
  | "limit_exceeded"
  | "unsupported_by_wire"
  | "invalid_argument"
  | "value_invalid"
  | "no_caller"
  | "returned_value"
  | "undeclared_state"
>;

/**
 * The codes by which a message is given up at once: the part of the table in `failures.ts` that the core carries.
 * - `hopeless`: no retry helps, wherever the function runs.
 * - `refused`: no retry helps where a handler of this process threw it, since the same call is refused the next time
 *   too. The next version of a remote function may answer differently, so there it is an attempt.
 */
export const lastVerdicts: Readonly<Record<LastCode, "hopeless" | "refused">> = {
  // The same bytes meet the same types.
  message_undecodable: "hopeless",
  // The next attempt has the same effect.
  token_pending: "hopeless",
  limit_exceeded: "hopeless",
  unsupported_by_wire: "hopeless",
  // A handler that made a call which its rule refuses makes it again.
  invalid_argument: "refused",
  value_invalid: "refused",
  no_caller: "refused",
  returned_value: "refused",
  undeclared_state: "refused",
};

/**
 * Whether a message that failed by this error is given up at once: as a dead letter it can be replayed by the deploy
 * that mends its function. Only the very error counts. One that is wrapped may have been caught on purpose.
 */
export function isHopeless(error: unknown, fromHandler: boolean): boolean {
  if (!(error instanceof StateFunError)) return isNonRetryable(error);
  const verdict = (lastVerdicts as { readonly [code: string]: "hopeless" | "refused" })[error.code];
  return verdict === "hopeless" || (fromHandler && verdict === "refused");
}
