import { ownOf } from "../../api/own.ts";
import type {
  DeadGroup,
  EndpointRow,
  FunctionFigures,
  FunctionRow,
  InstanceTrouble,
} from "../../api/types.ts";
import { count } from "../../ui/numbers.ts";
import type { Tone } from "../../ui/parts.tsx";

/** How a function is, from everything that is known of it. */
export interface FunctionView {
  readonly typename: string;
  readonly row: FunctionRow;
  /** Undefined where the engine has none. */
  readonly figures: FunctionFigures | undefined;
  readonly tone: Tone;
  readonly word: string;
  /** Of a remote function: whether it answers. */
  readonly endpoint: EndpointRow | undefined;
  /** Instances that stand still for a reason of their own, as far as they are listed. */
  readonly blocked: number;
  /** Dead letters that are there now. */
  readonly dead: number;
}

export interface Known {
  readonly rows: readonly FunctionRow[];
  readonly figures?: Readonly<Record<string, FunctionFigures>> | undefined;
  readonly endpoints?: readonly EndpointRow[] | undefined;
  readonly troubles?: readonly InstanceTrouble[] | undefined;
  readonly groups?: readonly DeadGroup[] | undefined;
}

export function functionViews({
  rows,
  figures,
  endpoints,
  troubles,
  groups,
}: Known): FunctionView[] {
  const blocked = new Map<string, number>();
  for (const { typename, kind } of troubles ?? []) {
    // What waits for an endpoint, or is paused, stands still with its function.
    if (kind === "endpoint" || kind === "paused") continue;
    blocked.set(typename, (blocked.get(typename) ?? 0) + 1);
  }
  const dead = new Map<string, number>();
  for (const { typename, egress, count } of groups ?? []) {
    if (egress === undefined) dead.set(typename, (dead.get(typename) ?? 0) + count);
  }
  return rows.map((row) => {
    const { typename } = row;
    const endpoint = row.remote ? endpointOf(row, endpoints ?? []) : undefined;
    const standing = { blocked: blocked.get(typename) ?? 0, dead: dead.get(typename) ?? 0 };
    return {
      ...{ typename, row, endpoint, ...standing },
      figures: ownOf(figures, typename) ?? row.figures,
      ...conditionOf(row, endpoint, standing),
    };
  });
}

function conditionOf(
  { paused }: FunctionRow,
  endpoint: EndpointRow | undefined,
  { blocked, dead }: { readonly blocked: number; readonly dead: number },
): { readonly tone: Tone; readonly word: string } {
  if (endpoint?.up === false) return { tone: "bad", word: "endpoint down" };
  if (paused) return { tone: "warn", word: "paused" };
  if (blocked > 0) return { tone: "warn", word: `${count(blocked)} blocked` };
  return dead > 0 ? { tone: "plain", word: "dead letters" } : { tone: "good", word: "fine" };
}

/** The endpoint of a remote function: by its name, else that of its namespace. */
export function endpointOf(
  { typename, endpoint }: Pick<FunctionRow, "typename" | "endpoint">,
  endpoints: readonly EndpointRow[],
): EndpointRow | undefined {
  const all = `${typename.slice(0, typename.lastIndexOf("/"))}/*`;
  for (const name of endpoint === undefined ? [typename, all] : [endpoint]) {
    const found = endpoints.find((one) => one.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

const ranks: Readonly<Record<Tone, number>> = { bad: 0, warn: 1, plain: 2, good: 3 };

/** The worst first: what stands still, then where most waits, then by name. */
export function byTrouble(one: FunctionView, other: FunctionView): number {
  return (
    ranks[one.tone] - ranks[other.tone] ||
    (other.figures?.waiting ?? 0) - (one.figures?.waiting ?? 0) ||
    other.dead - one.dead ||
    (one.typename < other.typename ? -1 : 1)
  );
}
