import { StateFunError } from "../internal/errors.ts";
import { peek } from "../internal/show.ts";

/** Input that cannot be is the caller's to mend; everything else may work another time. An error may know better. */
export function exitCodeOf(error: unknown): number {
  const own = peek(error, "exitCode");
  if (typeof own === "number") return own;
  return error instanceof StateFunError && error.code === "invalid_argument" ? 2 : 1;
}
