import type { IngressRow } from "../../api/types.ts";
import { count, counted, duration } from "../../ui/numbers.ts";
import { joined, type Need, ofWorst, type Situation, shortReason, waitText } from "./need.ts";

/** A source is behind when what it lags is more than it reads in so many seconds, and not a handful. */
const lagSeconds = 60;
const leastLag = 1_000;

export function endpointNeed(situation: Situation): Need | undefined {
  const { overview, endpoints = [], lines = [], nowMs } = situation;
  const waits = (name: string): number =>
    lines
      .filter(({ endpoint }) => endpoint?.name === name)
      .reduce((sum, { waiting }) => sum + waiting, 0);
  return ofWorst(overview.endpointsDown, waits, (worst, waiting, more) => {
    const { sinceMs, reason } = endpoints.find(({ name }) => name === worst) ?? {};
    const age = sinceMs === undefined ? undefined : duration(Math.max(0, nowMs - sinceMs));
    return {
      tone: "bad",
      title: `${worst} is down${more}`,
      text: joined(age, waitText(waiting), reason && shortReason(reason)),
      place: ["connections", { endpoint: worst }],
    };
  });
}

export function egressNeed({ overview, egresses = [] }: Situation): Need | undefined {
  const rowOf = (name: string) => egresses.find(({ typename }) => typename === name);
  const backlog = (name: string): number => rowOf(name)?.backlog ?? 0;
  return ofWorst(overview.egressesWaiting, backlog, (worst, behind, more) => ({
    tone: "warn",
    title: `${worst}: ${behind === 0 ? "waits" : `${count(behind)} not delivered`}${more}`,
    text: rowOf(worst)?.reason ?? "it does not take records",
    place: ["connections", { egress: worst }],
  }));
}

export function isStill({ status }: IngressRow): boolean {
  return status !== "running" && status !== "starting";
}

export function lagOf({ sources }: IngressRow): number {
  return sources.reduce((sum, { lag = 0 }) => sum + lag, 0);
}

export function sourceNeed({ ingresses = [] }: Situation): Need | undefined {
  const behind = ingresses.filter((one) => {
    const rate = one.sources.reduce((sum, source) => sum + source.rate, 0);
    return isStill(one) || lagOf(one) > Math.max(leastLag, lagSeconds * rate);
  });
  // One that stands still is worse than any that is behind.
  const sizeOf = (one: IngressRow): number => (isStill(one) ? 1e15 : 0) + lagOf(one);
  return ofWorst(behind, sizeOf, (worst, _, more) => ({
    tone: "warn",
    title: `${worst.typename} ${isStill(worst) ? `is ${worst.status}` : "is behind"}${more}`,
    text: joined(lagOf(worst) > 0 && `${counted(lagOf(worst), "record")} to read`, worst.reason),
    place: ["connections", { ingress: worst.typename }],
  }));
}
