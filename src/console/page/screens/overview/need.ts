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
import { count } from "../../ui/numbers.ts";
import type { FunctionView } from "../functions/function-view.ts";

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
  readonly overview: Overview | undefined;
  readonly views?: readonly FunctionView[] | undefined;
  readonly endpoints?: readonly EndpointRow[] | undefined;
  readonly groups?: readonly DeadGroup[] | undefined;
  readonly troubles?: readonly InstanceTrouble[] | undefined;
  readonly egresses?: readonly EgressRow[] | undefined;
  readonly ingresses?: readonly IngressRow[] | undefined;
}

export function more(number: number): string {
  return number > 1 ? `, and ${number - 1} more` : "";
}

export function many(number: number, what: string): string {
  return `${count(number)} ${what}${number === 1 ? "" : "s"}`;
}

export function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((one) => one !== undefined && one !== "").join(" · ");
}
