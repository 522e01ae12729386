import { isNonRetryable, StateFunError, type StateFunErrorCode } from "../internal/errors.ts";
import { lastVerdicts } from "./hopeless.ts";

/**
 * What an error says about the message whose function failed by it. `hopeless` and `refused`: see `hopeless.ts`.
 * - `blameless`: the message is not at fault. It waits, and the failure never counts.
 * - `attempt`: it counts, and the message is tried again until `maxAttempts`.
 */
export type Verdict = "hopeless" | "refused" | "blameless" | "attempt";

/** Every code, with the reason beside it. An error without a code is an attempt, unless it is non-retryable. */
export const verdicts: Readonly<Record<StateFunErrorCode, Verdict>> = {
  ...lastVerdicts,

  // An endpoint, a server on the way, or a store is down.
  unavailable: "blameless",
  store_failed: "blameless",
  // The state cannot be read. A deploy that declares the stored type again mends it.
  state_undecodable: "blameless",

  // A race in the handler, such as a missing `await`, may end differently.
  context_closed: "attempt",
  // An endpoint may be slow, or be deployed with another version.
  malformed_request: "attempt",
  timed_out: "attempt",
  // A handler may let through what a client of this package threw: the other side may recover.
  call_timeout: "attempt",
  dead_letter: "attempt",
  mailbox_full: "attempt",
  draining: "attempt",
  idempotency_conflict: "attempt",
  conflict: "attempt",
  busy: "attempt",
  unsupported: "attempt",
  unknown_function: "attempt",
  unknown_egress: "attempt",
  unauthenticated: "attempt",
  // A handler may open a store or read a module by itself.
  store_locked: "attempt",
  store_newer: "attempt",
  misconfigured: "attempt",
  module_invalid: "attempt",
  // For `onError` alone.
  clock_jumped: "attempt",
  // A `NonRetryableError` is known by its brand. This code stands in dead letters.
  non_retryable: "attempt",
};

/** Whether a message waits, uncounted, after its function failed by this error. */
export function isBlameless(error: unknown): boolean {
  return error instanceof StateFunError && verdicts[error.code] === "blameless";
}

/**
 * Whether a Flink job fails for good by this error. A cluster has no place for what a retry does not mend: no dead
 * letters, and no messages that wait for a deploy.
 */
export function failsFlinkJob(error: unknown): error is StateFunError {
  return error instanceof StateFunError && flinkFailures.has(error.code);
}

const flinkFailures: ReadonlySet<StateFunErrorCode> = new Set<StateFunErrorCode>([
  "state_undecodable",
  "token_pending",
  "unsupported_by_wire",
]);

/**
 * Whether no retry of a delivery to an egress can help. A connector says so with a `NonRetryableError`; the only code
 * that does is that of a record which cannot be read. Any other is a fault of the connector, and the next deploy
 * delivers what waited for it.
 */
export function isUndeliverable(error: unknown): boolean {
  return (
    isNonRetryable(error) ||
    (error instanceof StateFunError && error.code === "message_undecodable")
  );
}
