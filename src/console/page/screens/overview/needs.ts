import { count, duration } from "../../ui/numbers.ts";
import type { FunctionView } from "../functions/function-view.ts";
import { egressNeed, endpointNeed, sourceNeed } from "./connection-needs.ts";
import { joined, many, more, type Need, type Situation } from "./need.ts";

const hourMs = 3_600_000;
/** Lists of troubles have at most so many: the live topic, and the overview. */
const maxListed = { topic: 20, overview: 4 } as const;

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
