import { ownOf } from "../../api/own.ts";
import type { Rates } from "../../api/types.ts";

type Steps = readonly (number | null)[];

/** Of the last two steps that are known: ten seconds. Undefined where none is. */
export function perSecond(steps: Steps | undefined, stepMs = 0): number | undefined {
  const known = (steps ?? []).slice(-2).filter((one) => one !== null);
  if (known.length === 0 || stepMs <= 0) return undefined;
  return known.reduce((sum, one) => sum + one, 0) / ((known.length * stepMs) / 1_000);
}

/** The newest that is known. */
export function lastOf(steps: Steps | undefined): number | undefined {
  return steps?.findLast((one) => one !== null) ?? undefined;
}

/** Of one function. */
export function ratesOf(rates: Rates | undefined, typename: string) {
  return ownOf(rates?.functions, typename);
}
