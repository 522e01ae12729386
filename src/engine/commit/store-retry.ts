import { StateFunError } from "../../internal/errors.ts";
import { peek, reasonOf } from "../../internal/show.ts";

/** The first pauses between two tries to commit a window; after them a second each. */
const pausesMs = [100, 200, 400, 800];
const longestPauseMs = 1_000;
/**
 * How long a store may refuse before the engine stops: time to make room on a full disk, to rotate a log, or for a
 * network disk to come back. After that an operator must look, and a supervisor can start the process elsewhere.
 */
const patienceMs = 60_000;
/** The same for an engine that is closing. */
const closingPatienceMs = 1_000;

/** The pause after this number of refusals in a row; undefined if no retry can help, or none should follow. */
export function pauseMs(error: unknown, refusals: number, isClosing: boolean): number | undefined {
  if (peek(error, "isFinal") === true) return undefined;
  let waited = 0;
  for (let index = 0; index < refusals; index++) waited += pausesMs[index] ?? longestPauseMs;
  if (waited >= (isClosing ? closingPatienceMs : patienceMs)) return undefined;
  return pausesMs[refusals] ?? longestPauseMs;
}

/** While it is tried again. */
export function storeRefuses(cause: unknown): StateFunError {
  const text = `writing to the store failed, retrying for ${patienceMs / 1_000} s: ${reasonOf(cause)}`;
  return new StateFunError("unavailable", text, { cause });
}

/** When no try is left. */
export function storeFailed(cause: unknown): StateFunError {
  const text = `the store failed, and the engine has stopped: ${reasonOf(cause)}`;
  return new StateFunError("store_failed", text, { cause });
}
