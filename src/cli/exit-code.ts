import { StateFunError } from "../internal/errors.ts";

/** Input that cannot be is the caller's to mend; everything else may work another time. */
export function exitCodeOf(error: unknown): number {
  return error instanceof StateFunError && error.code === "invalid_argument" ? 2 : 1;
}
