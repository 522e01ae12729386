import type { Overview } from "../../api/types.ts";
import { count, counted, duration } from "../../ui/numbers.ts";
import { groupText, subjectOf } from "../dead-letters/letter-filter.ts";
import { ownTroubles } from "../functions/function-lines.ts";
import { egressNeed, endpointNeed, sourceNeed } from "./connection-needs.ts";
import { joined, type Need, ofWorst, type Situation, shortReason, waitText } from "./need.ts";

const hourMs = 3_600_000;

/** All of them, the worst first: what one does not see comes before what stands still, and that before what only waits. */
export function needsOf(
  overview: Overview | undefined,
  situation: Omit<Situation, "overview">,
): Need[] {
  const lost = connectionNeed(situation);
  const known = overview === undefined ? [] : knownNeeds({ ...situation, overview });
  return lost === undefined ? known : [lost, ...known];
}

function knownNeeds(situation: Situation): Need[] {
  return [
    engineNeed(situation),
    endpointNeed(situation),
    letterNeed(situation),
    troubleNeed(situation),
    egressNeed(situation),
    sourceNeed(situation),
    pauseNeed(situation),
  ].filter((need) => need !== undefined);
}

function connectionNeed(situation: Omit<Situation, "overview">): Need | undefined {
  const { live, lastHeardMs, nowMs } = situation;
  if (live !== "lost") return undefined;
  const age = lastHeardMs === 0 ? "yet" : `for ${duration(nowMs - lastHeardMs)}`;
  return {
    tone: "bad",
    title: "No connection",
    text: `no answer ${age}: what is shown is old`,
    place: ["system", {}],
  };
}

function engineNeed({ overview }: Situation): Need | undefined {
  if (overview.status === "ok") return undefined;
  return {
    tone: "bad",
    title: `The engine is ${overview.status}`,
    text: "it takes no new messages",
    place: ["system", {}],
  };
}

function letterNeed({ overview, groups = [], nowMs }: Situation): Need | undefined {
  const { deadLetters: total = 0 } = overview;
  const recent = groups.filter(({ lastAtMs }) => lastAtMs >= nowMs - hourMs);
  const largest = ofWorst(
    recent.length > 0 ? recent : groups,
    (group) => group.count,
    (group, size) => ({
      tone: "bad",
      title: `${counted(size, "dead letter")}, ${subjectOf(group)}`,
      text: joined(
        `“${shortReason(group.reason)}”`,
        `last ${duration(Math.max(0, nowMs - group.lastAtMs))} ago`,
        total > size && `${count(total)} in all`,
      ),
      place: ["dead-letters", { group: groupText(group, groups) }],
    }),
  );
  if (largest !== undefined || total === 0) return largest;
  return {
    tone: "bad",
    title: counted(total, "dead letter"),
    text: "",
    place: ["dead-letters", {}],
  };
}

/** Instances with a trouble of their own: what waits for an endpoint, or is paused, has another card. */
function troubleNeed({ overview, troubles }: Situation): Need | undefined {
  const listed = troubles ?? overview.troubles ?? [];
  const own = ownTroubles(listed);
  const [worst] = own;
  if (worst === undefined) return undefined;
  const { typename, id, reason } = worst;
  // The worst stand first. A full list is cut: at 20 in the live topic, at 4 in the overview.
  const isCut = listed.length === own.length && own.length >= (troubles === undefined ? 4 : 20);
  const isOne = own.length === 1;
  return {
    tone: "bad",
    title: isOne
      ? "1 instance is blocked"
      : `${own.length}${isCut ? "+" : ""} instances are blocked`,
    text: joined(`${typename} ${id}`, shortReason(reason)),
    place: isOne
      ? ["instance", { function: typename, id }]
      : ["instances", { is: "troubled", own: "true" }],
  };
}

function pauseNeed({ lines = [], overview }: Situation): Need | undefined {
  const { paused: instances = 0 } = overview;
  const worst = ofWorst(
    lines.filter(({ row }) => row.paused),
    ({ waiting }) => waiting,
    ({ typename }, waiting, more) => ({
      tone: "warn",
      title: `${typename} is paused${more}`,
      text: waitText(waiting) ?? "nothing waits for it",
      place: ["functions", { function: typename }],
    }),
  );
  if (worst !== undefined || instances === 0) return worst;
  return {
    tone: "warn",
    title: `${counted(instances, "instance")} paused`,
    text: "messages to it wait in order",
    place: ["system", {}],
  };
}
