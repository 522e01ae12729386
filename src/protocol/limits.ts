import { StateFunError } from "../internal/errors.ts";
import type { DecodeLimits } from "./codec.ts";

/** What is left of the limits while one message is decoded. */
export interface Budget {
  readonly limits: Required<DecodeLimits>;
  readonly left: { -readonly [K in keyof DecodeLimits]-?: number };
}

/** Fails before anything is read when there are more bytes than allowed. */
export function budgetFor(
  bytes: Uint8Array,
  given: DecodeLimits | undefined,
  maxInvocations: number,
): Budget {
  const limits = {
    maxBytes: 33_554_432,
    maxInvocations,
    maxStates: 1_000,
    maxHeaders: 100_000,
    ...given,
  };
  const left = { ...limits };
  if (bytes.length > limits.maxBytes) throw over("maxBytes", limits);
  return { limits, left };
}

/** Takes one item from the budget, before anything is allocated for it. */
export function spend(budget: Budget, limit: "maxInvocations" | "maxStates" | "maxHeaders"): void {
  if (budget.left[limit]-- <= 0) throw over(limit, budget.limits);
}

function over(limit: keyof DecodeLimits, limits: DecodeLimits): StateFunError {
  return new StateFunError("limit_exceeded", `more than ${limit} (${limits[limit]})`);
}
