import { StateFunError } from "../internal/errors.ts";
import { reasonOf } from "../internal/show.ts";

/** `name` says which store: a path, for one. */
export function storeFailed(name: string, reason: string, cause?: unknown): StateFunError {
  return new StateFunError("store_failed", `${name} failed: ${reason}`, { cause });
}

/** Everything that a store throws has a code: what has none yet gets `store_failed`, and is its cause. */
export function asStoreError(name: string, error: unknown): StateFunError {
  if (error instanceof StateFunError) return error;
  return storeFailed(name, reasonOf(error), error);
}

/** A window that is neither the next one nor the last one again. */
export function wrongSequence(name: string, last: number, got: number): StateFunError {
  const expected = `the window after ${last} must have sequence ${last + 1}`;
  const reason = got === last ? `another engine has committed a window ${last}` : `got ${got}`;
  return storeFailed(name, `${expected}, ${reason}`);
}
