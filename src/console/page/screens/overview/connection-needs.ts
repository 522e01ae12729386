import type { IngressRow } from "../../api/types.ts";
import { count, duration } from "../../ui/numbers.ts";
import { endpointOf } from "../functions/function-view.ts";
import { joined, many, more, type Need, type Situation } from "./need.ts";

/** A source is behind when what it lags is more than it reads in so many seconds, and not a handful. */
const lagSeconds = 60;
const leastLag = 1_000;

export function endpointNeed({
  overview,
  endpoints,
  views = [],
  nowMs,
}: Situation): Need | undefined {
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

export function egressNeed({ overview, egresses }: Situation): Need | undefined {
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

export function sourceNeed({ ingresses }: Situation): Need | undefined {
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
