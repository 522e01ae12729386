import { StateFunError } from "../internal/errors.ts";
import { peek, reasonOf } from "../internal/show.ts";

/** `name` says which store: a path, for one. */
export function storeFailed(name: string, reason: string, cause?: unknown): StateFunError {
  return new StateFunError("store_failed", `${name} failed: ${reason}`, { cause });
}

/** A failure that no repetition of a commit can mend: the engine stops at once. */
export function finalFailure(name: string, reason: string, cause?: unknown): StateFunError {
  return Object.assign(storeFailed(name, reason, cause), { isFinal: true });
}

/** SQLITE_READONLY, SQLITE_CORRUPT and SQLITE_NOTADB. */
const finalCodes: ReadonlySet<unknown> = new Set([8, 11, 26]);
const finalNames = /^SQLITE_(?:READONLY|CORRUPT|NOTADB)/;
const finalTexts = /readonly database|malformed|file is not a database/;

/** By its message too: not every runtime gives a code. A full or busy disk may have room, or time, a moment later. */
function isFinal(error: unknown): boolean {
  // Extended codes have the kind in their lowest byte.
  const code = Number(peek(error, "errcode")) & 0xff;
  const name = String(peek(error, "code"));
  return finalCodes.has(code) || finalNames.test(name) || finalTexts.test(reasonOf(error));
}

/** Everything that a store throws has a code: what has none yet gets `store_failed`, and is its cause. */
export function asStoreError(name: string, error: unknown): StateFunError {
  if (error instanceof StateFunError) return error;
  const failure = isFinal(error) ? finalFailure : storeFailed;
  return failure(name, reasonOf(error), error);
}

/** A window that is neither the next one nor the last one again. */
export function wrongSequence(name: string, last: number, got: number): StateFunError {
  const expected = `the window after ${last} must have sequence ${last + 1}`;
  const reason = got === last ? `another engine has committed a window ${last}` : `got ${got}`;
  return finalFailure(name, `${expected}, ${reason}`);
}
