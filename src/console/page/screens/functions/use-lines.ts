import { useRef } from "preact/hooks";
import { liveStatus, topic } from "../../api/live.ts";
import type {
  DeadGroup,
  EgressRow,
  EndpointRow,
  FunctionsTopic,
  IngressRow,
  InstanceTrouble,
  Overview,
  Rates,
  Windows,
} from "../../api/types.ts";
import { useRates } from "../../graph/use-rates.ts";
import { lackOf } from "../../session/session.ts";
import { type FunctionList, readFunctions, useFunctionList } from "../../ui/reads/use-functions.ts";
import { type Reading, useRead } from "../../ui/reads/use-read.ts";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { now } from "../../ui/time.tsx";
import { type FunctionLine, functionLines } from "./function-lines.ts";
import { perSecond, stepsOf } from "./steps.ts";

export interface Lines extends Omit<FunctionList, "rows"> {
  /** Undefined until they are known. */
  readonly data: readonly FunctionLine[] | undefined;
  readonly isLoading: boolean;
  readonly again: () => Promise<void>;
  readonly steps: Reading<Rates>;
  readonly windows: Reading<Windows>;
}

/** Functions with their numbers of now, and the steps of the last ten minutes: of all of them, or of one. */
export function useLines(typename?: string): Lines {
  useTopics("dead-letters", "functions", "endpoints", "troubles");
  const { rows, ...list } = useFunctionList();
  const windows = useRead<Windows>(lackOf("figures") === undefined ? "windows" : undefined);
  const figures = topic<FunctionsTopic>("functions").value?.functions;
  const sinceMs = topic<Overview>("overview").value?.totals?.startedAtMs ?? 0;
  const rates = useRates(
    figures,
    sinceMs,
    (all) => new Map(Object.entries(all).map(([name, { completed }]) => [name, completed])),
  );
  // The server refuses to give rates of a function that is not bound.
  const isKnown = typename === undefined || rows?.some((row) => row.typename === typename) === true;
  const steps = useRateSteps(typename, isKnown);
  // Until there are two snapshots to compare, the last step says more than the mean since the start.
  const rateOf = (name: string): number => {
    const step = perSecond(stepsOf(steps.data, name)?.handled, steps.data?.stepMs);
    return rates.isRecent ? rates.of(name) : (step ?? rates.of(name));
  };
  const bounds = windows.data?.boundsMs;
  const data = rows && functionLines({ rows, figures, ...liveLists(), bounds, rateOf });
  const isLoading = data === undefined && list.error === undefined;
  return { ...list, data, isLoading, again: readFunctions, steps, windows };
}

/** How often there is a new step. */
const everyMs = 5_000;

/** The last ten minutes, of all functions or of one. They are read again with each step, while the page is live. */
function useRateSteps(typename: string | undefined, isKnown: boolean): Reading<Rates> {
  const path = isKnown && lackOf("rates") === undefined ? "rates" : undefined;
  const step = useRef(0);
  if (liveStatus.value === "live") step.current = Math.floor(now.value / everyMs);
  return useRead<Rates>(path, { function: typename }, step.current);
}

interface LiveLists {
  readonly endpoints?: readonly EndpointRow[];
  readonly troubles?: readonly InstanceTrouble[];
  readonly groups?: readonly DeadGroup[];
  readonly egresses?: readonly EgressRow[];
  readonly ingresses?: readonly IngressRow[];
}

const listTopics = ["endpoints", "troubles", "dead-letters", "egresses", "ingresses"] as const;

/** What live topics list. Those that have not come are left out. */
export function liveLists(): LiveLists {
  const all: LiveLists = {};
  for (const name of listTopics) Object.assign(all, topic<LiveLists>(name).value);
  return all;
}
