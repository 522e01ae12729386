import { topic } from "../../api/live.ts";
import type { Overview, Rates as RateSteps, Windows } from "../../api/types.ts";
import { useFunctionRates } from "../../graph/use-rates.ts";
import { lackOf } from "../../session/session.ts";
import { useRead } from "../../ui/use-read.ts";
import type { FunctionLine } from "./rows.ts";
import { numbersOf } from "./rows.ts";
import { type Functions, useFunctions } from "./use-functions.ts";
import { useRateSteps } from "./use-rate-steps.ts";

export interface Lines extends Omit<Functions, "views"> {
  readonly lines: readonly FunctionLine[] | undefined;
  readonly steps: RateSteps | undefined;
}

/** Functions with their numbers of now, and the steps of the last ten minutes. */
export function useLines(): Lines {
  const { views, ...rest } = useFunctions();
  const windows = useRead<Windows>(lackOf("figures") === undefined ? "windows" : undefined);
  const rates = useFunctionRates(topic<Overview>("overview").value?.totals?.startedAtMs);
  const steps = useRateSteps();
  const bounds = windows.data?.boundsMs;
  const lines = views?.map((view) => ({
    view,
    numbers: numbersOf(view, rates.of(view.typename), bounds),
  }));
  return { ...rest, lines, steps: steps.data };
}
