import { type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type ApiError, read } from "../../api/client.ts";
import { topic } from "../../api/live.ts";
import type { FunctionRow, FunctionsPage, Overview, TypeRow } from "../../api/types.ts";
import { noteRefusal } from "../../session/session.ts";
import { useSlow } from "./use-slow.ts";

/** More than this nobody reads as a list. */
const maxFunctions = 2_000;
/** Functions change with a deploy: what another screen has read a moment ago is not read again. */
const freshMs = 10_000;

export interface FunctionList {
  readonly rows: readonly FunctionRow[] | undefined;
  readonly types: readonly TypeRow[];
  /** Whether there are more than are listed. */
  readonly isMore: boolean;
  readonly error: ApiError | undefined;
}

const known: Signal<FunctionList> = signal({
  ...{ rows: undefined, types: [], isMore: false, error: undefined },
});
let readAt = Number.NEGATIVE_INFINITY;
let readFor: string | undefined;

/** All functions by name, for choices and words beside; undefined until they are known. Their figures are old. */
export function useFunctions(): readonly FunctionRow[] | undefined {
  return useFunctionList().rows;
}

/** All functions: read again when some are bound, or are paused by others. */
export function useFunctionList(): FunctionList {
  const overview = topic<Overview>("overview").value;
  const change = useSlow(overview && `${overview.functions} ${overview.paused}`);
  useEffect(() => {
    const isFresh = performance.now() - readAt < freshMs && (readFor ?? change) === change;
    readFor = change;
    if (!isFresh) void readFunctions();
  }, [change]);
  return known.value;
}

export async function readFunctions(): Promise<void> {
  readAt = performance.now();
  try {
    known.value = await allFunctions();
  } catch (error) {
    readAt = Number.NEGATIVE_INFINITY;
    known.value = { ...known.value, error: noteRefusal(error) };
  }
}

async function allFunctions(): Promise<FunctionList> {
  const rows: FunctionRow[] = [];
  const types = new Map<string, TypeRow>();
  let after: string | undefined;
  do {
    const page: FunctionsPage = await read("functions", { limit: 1_000, after });
    rows.push(...page.functions);
    for (const type of page.types) types.set(type.typename, type);
    after = page.next;
  } while (after !== undefined && rows.length < maxFunctions);
  return { rows, types: [...types.values()], isMore: after !== undefined, error: undefined };
}
