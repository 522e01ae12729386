import { useEffect, useState } from "preact/hooks";
import { ApiError, read } from "../../api/client.ts";
import { topic } from "../../api/live.ts";
import type {
  DeadGroup,
  EndpointRow,
  FunctionRow,
  FunctionsPage,
  FunctionsTopic,
  InstanceTrouble,
  Overview,
  TypeRow,
} from "../../api/types.ts";
import { lackOf, noteRefusal } from "../../session/session.ts";
import { useSlow } from "../../ui/reads/use-slow.ts";
import { useTopics } from "../../ui/reads/use-topics.ts";
import { type FunctionView, functionViews } from "./function-view.ts";

/** More than this nobody reads as a list. */
const maxFunctions = 2_000;

export interface Functions {
  readonly views: readonly FunctionView[] | undefined;
  readonly types: readonly TypeRow[];
  /** Whether there are more than are shown. */
  readonly isMore: boolean;
  readonly error: ApiError | undefined;
  readonly again: () => Promise<void>;
}

interface State {
  readonly rows?: readonly FunctionRow[];
  readonly types: readonly TypeRow[];
  readonly isMore: boolean;
  readonly error?: ApiError;
}

/** Topics that say how functions are. Those that this engine lacks are left out. */
export function functionTopics(): string[] {
  const topics = ["dead-letters"];
  if (lackOf("figures") === undefined) topics.push("functions", "endpoints");
  if (lackOf("troubles") === undefined) topics.push("troubles");
  return topics;
}

/** All functions with what is known of them, live. */
export function useFunctions(): Functions {
  useTopics(...functionTopics());
  const [state, setState] = useState<State>({ types: [], isMore: false });
  const load = async (signal?: AbortSignal): Promise<void> => {
    try {
      setState(await allFunctions(signal));
    } catch (error) {
      if (signal?.aborted === true) return;
      noteRefusal(error);
      const refusal = error instanceof ApiError ? error : new ApiError(0, "failed", String(error));
      setState((before) => ({ ...before, error: refusal }));
    }
  };
  // Functions may be bound, and paused by others.
  const overview = topic<Overview>("overview").value;
  const change = useSlow(overview && `${overview.functions} ${overview.paused}`);
  useEffect(() => {
    const control = new AbortController();
    void load(control.signal);
    return () => control.abort();
  }, [change]);
  return {
    views: state.rows && functionViews({ rows: state.rows, ...liveParts() }),
    types: state.types,
    isMore: state.isMore,
    error: state.error,
    again: () => load(),
  };
}

function liveParts() {
  return {
    figures: topic<FunctionsTopic>("functions").value?.functions,
    endpoints: topic<{ endpoints?: readonly EndpointRow[] }>("endpoints").value?.endpoints,
    troubles: topic<{ troubles?: readonly InstanceTrouble[] }>("troubles").value?.troubles,
    groups: topic<{ groups?: readonly DeadGroup[] }>("dead-letters").value?.groups,
  };
}

async function allFunctions(signal: AbortSignal | undefined): Promise<State> {
  const rows: FunctionRow[] = [];
  const types = new Map<string, TypeRow>();
  let after: string | undefined;
  do {
    const page: FunctionsPage = await read("functions", { limit: 1_000, after }, signal);
    rows.push(...page.functions);
    for (const type of page.types) types.set(type.typename, type);
    after = page.next;
  } while (after !== undefined && rows.length < maxFunctions);
  return { rows, types: [...types.values()], isMore: after !== undefined };
}
