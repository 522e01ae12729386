import { isNonRetryable, StateFunError } from "../internal/errors.ts";

/** No retry helps a message that fails by one of these codes, wherever its function runs. */
const everywhere = /^(message_undecodable|token_pending|limit_exceeded|unsupported_by_wire)$/;

/** Nor by one of these, where a handler of this process threw it: the same call is refused the next time too. */
const inHandlers = /^(invalid_argument|value_invalid|no_caller|returned_value|undeclared_state)$/;

/**
 * Whether a message that failed by this error is given up at once: as a dead letter it can be replayed by the deploy
 * that mends its function. Only the very error counts. One that is wrapped may have been caught on purpose.
 */
export function isHopeless(error: unknown, fromHandler: boolean): boolean {
  if (!(error instanceof StateFunError)) return isNonRetryable(error);
  return everywhere.test(error.code) || (fromHandler && inHandlers.test(error.code));
}
