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
import { count, duration } from "../../ui/numbers.ts";
import { endpointOf, type FunctionView } from "../functions/function-view.ts";

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

const hourMs = 3_600_000;
/** Lists of troubles have at most so many: the live topic, and the overview. */
const maxListed = { topic: 20, overview: 4 } as const;
/** A source is behind when what it lags is more than it reads in so many seconds, and not a handful. */
const lagSeconds = 60;
const leastLag = 1_000;

/** All of them, the worst first: what one does not see comes before what stands still, and that before what only waits. */
export function needsOf(situation: Situation): Need[] {
  return [
    connectionNeed(situation),
    engineNeed(situation),
    endpointNeed(situation),
    letterNeed(situation),
    troubleNeed(situation),
    egressNeed(situation),
    sourceNeed(situation),
    pauseNeed(situation),
  ].filter((need) => need !== undefined);
}

function connectionNeed({ live, lastHeardMs, nowMs }: Situation): Need | undefined {
  if (live !== "lost") return undefined;
  const age = lastHeardMs === 0 ? "ever" : `for ${duration(nowMs - lastHeardMs)}`;
  return {
    tone: "bad",
    title: "No connection",
    text: `the application has not answered ${age}: what is shown is old`,
    place: ["system", {}],
  };
}

function engineNeed({ overview }: Situation): Need | undefined {
  if (overview === undefined || overview.status === "ok") return undefined;
  return {
    tone: "bad",
    title: `The engine is ${overview.status}`,
    text: "it takes no new messages",
    place: ["system", {}],
  };
}

function endpointNeed({ overview, endpoints, views = [], nowMs }: Situation): Need | undefined {
  const down = (endpoints ?? []).filter(({ up }) => !up);
  const names = down.length > 0 ? down.map(({ name }) => name) : (overview?.endpointsDown ?? []);
  const waits = (name: string): number =>
    views
      .filter(({ row }) => row.remote && endpointOf(row, down)?.name === name)
      .reduce((sum, { figures }) => sum + (figures?.waiting ?? 0), 0);
  const [worst] = [...names].sort((one, other) => waits(other) - waits(one));
  if (worst === undefined) return undefined;
  const { sinceMs, reason } = down.find(({ name }) => name === worst) ?? {};
  const waiting = waits(worst);
  return {
    tone: "bad",
    title: `${worst} is down${more(names.length)}`,
    text: joined(
      sinceMs === undefined ? "" : duration(Math.max(0, nowMs - sinceMs)),
      waiting === 0 ? "" : `${many(waiting, "message")} ${waiting === 1 ? "waits" : "wait"}`,
      reason,
    ),
    place: ["connections", { endpoint: worst }],
  };
}

function letterNeed({ overview, groups, nowMs }: Situation): Need | undefined {
  const all = groups ?? [];
  const recent = all.filter(({ lastAtMs }) => lastAtMs >= nowMs - hourMs);
  const from = recent.length > 0 ? recent : all;
  const [largest] = [...from].sort((one, other) => other.count - one.count);
  const total = Math.max(overview?.deadLetters ?? 0, ...all.map(({ count }) => count));
  if (largest === undefined) {
    return total === 0
      ? undefined
      : { tone: "bad", title: many(total, "dead letter"), text: "", place: ["dead-letters", {}] };
  }
  const { typename, egress, code, reason, count: size, lastAtMs } = largest;
  return {
    tone: "bad",
    title: `${many(size, "dead letter")}, ${egress ?? typename}`,
    text: joined(
      `${code}: “${reason}”`,
      `last ${duration(Math.max(0, nowMs - lastAtMs))} ago`,
      total > size ? `${count(total)} in all` : "",
    ),
    place: ["dead-letters", { function: egress === undefined ? typename : undefined, code }],
  };
}

/** Instances with a trouble of their own: what waits for an endpoint, or is paused, has another card. */
function troubleNeed({ overview, troubles }: Situation): Need | undefined {
  const listed = troubles ?? overview?.troubles ?? [];
  const own = listed.filter(({ kind }) => kind !== "endpoint" && kind !== "paused");
  const [worst] = own;
  if (worst === undefined) return undefined;
  const { typename, id, kind, attempts, reason } = worst;
  // The worst stand first: behind one that waits for an endpoint there is none of these.
  const isFull = listed.length >= (troubles === undefined ? maxListed.overview : maxListed.topic);
  const isMore = isFull && listed.at(-1) === own.at(-1) ? "+" : "";
  return {
    tone: "bad",
    title:
      own.length === 1 ? "1 instance is blocked" : `${own.length}${isMore} instances are blocked`,
    text: joined(`${typename} ${id}: ${kind}, attempt ${attempts}`, reason),
    place:
      own.length === 1
        ? ["instance", { function: typename, id }]
        : ["instances", { is: "troubled" }],
  };
}

function egressNeed({ overview, egresses }: Situation): Need | undefined {
  const waiting = (egresses ?? []).filter(({ status }) => status === "waiting");
  const names =
    waiting.length > 0
      ? waiting.map(({ typename }) => typename)
      : (overview?.egressesWaiting ?? []);
  const backlog = (name: string): number =>
    waiting.find(({ typename }) => typename === name)?.backlog ?? 0;
  const [worst] = [...names].sort((one, other) => backlog(other) - backlog(one));
  if (worst === undefined) return undefined;
  const behind = backlog(worst);
  return {
    tone: "warn",
    title: `${worst}: ${behind === 0 ? "waits" : `${count(behind)} behind`}${more(names.length)}`,
    text: waiting.find(({ typename }) => typename === worst)?.reason ?? "it does not take records",
    place: ["connections", { egress: worst }],
  };
}

function sourceNeed({ ingresses }: Situation): Need | undefined {
  const lagOf = ({ sources }: IngressRow): number =>
    sources.reduce((sum, { lag = 0 }) => sum + lag, 0);
  const rateOf = ({ sources }: IngressRow): number =>
    sources.reduce((sum, { rate }) => sum + rate, 0);
  const isStill = ({ status }: IngressRow): boolean =>
    status !== "running" && status !== "starting";
  const behind = (ingresses ?? []).filter(
    (one) => isStill(one) || lagOf(one) > Math.max(leastLag, lagSeconds * rateOf(one)),
  );
  const [worst] = behind.sort(
    (one, other) => Number(isStill(other)) - Number(isStill(one)) || lagOf(other) - lagOf(one),
  );
  if (worst === undefined) return undefined;
  const { typename, status, reason } = worst;
  return {
    tone: "warn",
    title: `${typename} ${isStill(worst) ? `is ${status}` : "is behind"}${more(behind.length)}`,
    text: joined(lagOf(worst) === 0 ? "" : `${many(lagOf(worst), "record")} to read`, reason),
    place: ["connections", { ingress: typename }],
  };
}

function pauseNeed({ views = [], overview }: Situation): Need | undefined {
  const paused = views.filter(({ row }) => row.paused);
  const waits = ({ figures }: FunctionView): number => figures?.waiting ?? 0;
  const [worst] = [...paused].sort((one, other) => waits(other) - waits(one));
  if (worst !== undefined) {
    const waiting = waits(worst);
    return {
      tone: "warn",
      title: `${worst.typename} is paused${more(paused.length)}`,
      text: waiting === 0 ? "nothing waits for it" : `${many(waiting, "message")} waiting`,
      place: ["functions", { function: worst.typename }],
    };
  }
  const instances = overview?.paused ?? 0;
  if (instances === 0) return undefined;
  return {
    tone: "warn",
    title: `${many(instances, "instance")} paused`,
    text: "messages to it wait in order",
    place: ["system", {}],
  };
}

function more(number: number): string {
  return number > 1 ? `, and ${number - 1} more` : "";
}

function many(number: number, what: string): string {
  return `${count(number)} ${what}${number === 1 ? "" : "s"}`;
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((one) => one !== undefined && one !== "").join(" · ");
}
