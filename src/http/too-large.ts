import { StateFunError } from "../internal/errors.ts";

export function tooLarge(
  what: string,
  maxBodyBytes: number,
  limit = "maxBodyBytes",
): StateFunError {
  return new StateFunError("limit_exceeded", `${what} is larger than ${limit} (${maxBodyBytes})`);
}
