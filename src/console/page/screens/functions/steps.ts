import { ownOf } from "../../api/own.ts";
import type { Rates } from "../../api/types.ts";

export type Steps = readonly (number | null)[];

/** Of the last two steps that are known: ten seconds. Undefined where none is. */
export function perSecond(steps: Steps = [], stepMs = 0): number | undefined {
  const known = steps.slice(-2).filter((one) => one !== null);
  if (known.length === 0) return undefined;
  return known.reduce((sum, one) => sum + one, 0) / ((known.length * stepMs) / 1_000);
}

/** Of one function. */
export function stepsOf(rates: Rates | undefined, typename: string) {
  return ownOf(rates?.functions, typename);
}
