import type { LiveStatus } from "../../api/live.ts";
import type {
  DeadGroup,
  EgressRow,
  EndpointRow,
  IngressRow,
  InstanceTrouble,
  Overview,
} from "../../api/types.ts";
import type { Params, ScreenName } from "../../route/route.ts";
import { counted } from "../../ui/numbers.ts";
import type { FunctionLine } from "../functions/function-lines.ts";

/** Something that needs an operator, and the place where it is mended. */
export interface Need {
  readonly tone: "bad" | "warn";
  readonly title: string;
  readonly text: string;
  readonly place: readonly [ScreenName, Params];
}

export interface Situation {
  readonly nowMs: number;
  readonly live: LiveStatus;
  readonly lastHeardMs: number;
  readonly overview: Overview;
  readonly lines?: readonly FunctionLine[] | undefined;
  readonly endpoints?: readonly EndpointRow[];
  readonly groups?: readonly DeadGroup[];
  readonly troubles?: readonly InstanceTrouble[];
  readonly egresses?: readonly EgressRow[];
  readonly ingresses?: readonly IngressRow[];
}

/** The need of the worst: the one with the most. */
export function ofWorst<T>(
  all: readonly T[],
  sizeOf: (one: T) => number,
  needOf: (worst: T, size: number, more: string) => Need,
): Need | undefined {
  const [worst] = [...all].sort((one, other) => sizeOf(other) - sizeOf(one));
  const more = all.length > 1 ? `, and ${all.length - 1} more` : "";
  return worst && needOf(worst, sizeOf(worst), more);
}

export function joined(...parts: readonly (string | undefined | false)[]): string {
  return parts.filter((one) => one !== undefined && one !== false).join(" · ");
}

/** A reason beside the name that it is of: without that name and its URL. Of a long one both ends are kept. */
export function shortReason(reason = ""): string {
  const short = reason.replace(/^\S+ at \S+:\/\/\S+ (answered \d+: )?/, "");
  return short.length > 90 ? `${short.slice(0, 40)} … ${short.slice(-46)}` : short;
}

export function waitText(waiting: number): string | undefined {
  return waiting === 0
    ? undefined
    : `${counted(waiting, "message")} ${waiting === 1 ? "waits" : "wait"}`;
}
