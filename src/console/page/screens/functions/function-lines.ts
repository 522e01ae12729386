import { ownOf } from "../../api/own.ts";
import type {
  DeadGroup,
  EndpointRow,
  FunctionFigures,
  FunctionRow,
  InstanceTrouble,
} from "../../api/types.ts";
import { count, quantile } from "../../ui/numbers.ts";
import type { Tone } from "../../ui/parts.tsx";

/** How a function is, from everything that is known of it. Numbers have the names of the columns that show and sort them. */
export interface FunctionLine {
  readonly typename: string;
  readonly row: FunctionRow;
  readonly tone: Tone;
  readonly word: string;
  /** Of a remote function: whether it answers. */
  readonly endpoint: EndpointRow | undefined;
  /** Instances that stand still for a reason of their own, as far as they are listed. */
  readonly blocked: number;
  /** Dead letters that are there now. */
  readonly dead: number;
  /** A histogram; bounds stand in `GET /admin/windows`. */
  readonly durations: readonly number[];
  readonly rate: number;
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  readonly waiting: number;
  /** Undefined while nothing waits. */
  readonly oldest: number | undefined;
  readonly completed: number;
  readonly failed: number;
  readonly refused: number;
}

interface Known {
  readonly rows: readonly FunctionRow[];
  readonly figures?: Readonly<Record<string, FunctionFigures>> | undefined;
  readonly endpoints?: readonly EndpointRow[];
  readonly troubles?: readonly InstanceTrouble[];
  readonly groups?: readonly DeadGroup[];
  readonly bounds?: readonly number[] | undefined;
  readonly rateOf?: (typename: string) => number;
}

export function functionLines(known: Known): FunctionLine[] {
  const { rows, figures, endpoints = [], groups = [], bounds, rateOf } = known;
  const troubles = ownTroubles(known.troubles ?? []);
  return rows.map((row) => {
    const { typename } = row;
    const endpoint = row.remote ? endpointOf(row, endpoints) : undefined;
    const blocked = troubles.filter((one) => one.typename === typename).length;
    const dead = groups
      .filter((one) => one.typename === typename && one.egress === undefined)
      .reduce((sum, { count }) => sum + count, 0);
    const own: Partial<FunctionFigures> = ownOf(figures, typename) ?? row.figures ?? {};
    const { waiting = 0, oldestMs, completed = 0, failed = 0, refused = 0 } = own;
    const durations = own.durationMs?.counts ?? [];
    const share = (part: number): number | undefined => bounds && quantile(durations, bounds, part);
    return {
      ...{ typename, row, endpoint, blocked, dead, durations, waiting, completed, failed, refused },
      ...{ p50: share(0.5), p99: share(0.99), rate: rateOf?.(typename) ?? 0 },
      oldest: waiting === 0 ? undefined : oldestMs,
      ...conditionOf(row.paused, endpoint?.up === false, blocked, dead),
    };
  });
}

function conditionOf(
  isPaused: boolean,
  isDown: boolean,
  blocked: number,
  dead: number,
): Pick<FunctionLine, "tone" | "word"> {
  if (isDown) return { tone: "bad", word: "endpoint down" };
  if (isPaused) return { tone: "warn", word: "paused" };
  if (blocked > 0) return { tone: "warn", word: `${count(blocked)} blocked` };
  return dead > 0 ? { tone: "plain", word: "dead letters" } : { tone: "good", word: "fine" };
}

/** What waits for an endpoint, or is paused, stands still with its function. */
export function ownTroubles(all: readonly InstanceTrouble[]): readonly InstanceTrouble[] {
  return all.filter(({ kind }) => kind !== "endpoint" && kind !== "paused");
}

/** The endpoint of a remote function: by its name, else that of its namespace. */
function endpointOf(
  { typename, endpoint }: FunctionRow,
  endpoints: readonly EndpointRow[],
): EndpointRow | undefined {
  const find = (name: string): EndpointRow | undefined =>
    endpoints.find((one) => one.name === name);
  if (endpoint !== undefined) return find(endpoint);
  return find(typename) ?? find(`${typename.slice(0, typename.lastIndexOf("/"))}/*`);
}

/** `sort` is the name of a column, with `-` before it for the largest first; anything else sorts by trouble. */
export function sorted(lines: readonly FunctionLine[], sort: string): FunctionLine[] {
  const sign = sort.startsWith("-") ? -1 : 1;
  const name = sort.replace("-", "");
  const keyOf = (line: FunctionLine): string | number => {
    const key = new Map(Object.entries({ ...line, function: line.typename })).get(name);
    return typeof key === "string" || typeof key === "number" ? key : 0;
  };
  const compare = (one: string | number, other: string | number): number =>
    one < other ? -1 : Number(one > other);
  return [...lines].sort(
    (one, other) => sign * compare(keyOf(one), keyOf(other)) || byTrouble(one, other),
  );
}

const tones: readonly Tone[] = ["bad", "warn", "plain", "good"];

/** The worst first: what stands still, then where most waits, then by name. */
function byTrouble(one: FunctionLine, other: FunctionLine): number {
  return (
    tones.indexOf(one.tone) - tones.indexOf(other.tone) ||
    other.waiting - one.waiting ||
    other.dead - one.dead ||
    (one.typename < other.typename ? -1 : 1)
  );
}

/** Names that contain the text, in whatever case. */
export function matching(lines: readonly FunctionLine[], text: string): readonly FunctionLine[] {
  const wanted = text.trim().toLowerCase();
  return lines.filter(({ typename }) => typename.toLowerCase().includes(wanted));
}
