import { topic } from "../../api/live.ts";
import type {
  DeadGroup,
  EndpointRow,
  FunctionsTopic,
  InstanceTrouble,
  Overview,
  Rates as RateSteps,
  Windows,
} from "../../api/types.ts";
import { useFunctionRates } from "../../graph/use-rates.ts";
import { lackOf } from "../../session/session.ts";
import { type FunctionList, readFunctions, useFunctionList } from "../../ui/reads/use-functions.ts";
import { type Reading, useRead } from "../../ui/reads/use-read.ts";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { functionViews } from "./function-view.ts";
import type { FunctionLine } from "./rows.ts";
import { numbersOf } from "./rows.ts";
import { perSecond, ratesOf } from "./steps.ts";
import { useRateSteps } from "./use-rate-steps.ts";

export interface Lines extends Omit<FunctionList, "rows"> {
  readonly again: () => Promise<void>;
  readonly lines: readonly FunctionLine[] | undefined;
  readonly steps: Reading<RateSteps>;
}

/** Functions with their numbers of now, and the steps of the last ten minutes: of all of them, or of one. */
export function useLines(typename?: string): Lines {
  useTopics("dead-letters", "functions", "endpoints", "troubles");
  const { rows, ...rest } = useFunctionList();
  const views = rows && functionViews({ rows, ...liveParts() });
  const windows = useRead<Windows>(lackOf("figures") === undefined ? "windows" : undefined);
  const rates = useFunctionRates(topic<Overview>("overview").value?.totals?.startedAtMs);
  // The server refuses to give rates of a function that is not bound.
  const isKnown =
    typename === undefined || views?.some((view) => view.typename === typename) === true;
  const steps = useRateSteps(typename, isKnown);
  const bounds = windows.data?.boundsMs;
  // Until there are two snapshots to compare, the last step says more than the mean since the start.
  const rateOf = (name: string): number => {
    const step = perSecond(ratesOf(steps.data, name)?.handled, steps.data?.stepMs);
    return rates.isRecent ? rates.of(name) : (step ?? rates.of(name));
  };
  const lines = views?.map((view) => ({
    view,
    numbers: numbersOf(view, rateOf(view.typename), bounds),
  }));
  return { ...rest, again: readFunctions, lines, steps };
}

/** What live topics say of functions. */
function liveParts() {
  return {
    figures: topic<FunctionsTopic>("functions").value?.functions,
    endpoints: topic<{ endpoints?: readonly EndpointRow[] }>("endpoints").value?.endpoints,
    troubles: topic<{ troubles?: readonly InstanceTrouble[] }>("troubles").value?.troubles,
    groups: topic<{ groups?: readonly DeadGroup[] }>("dead-letters").value?.groups,
  };
}
