import type { DeadGroup } from "../../api/types.ts";

/** Which dead letters, as a query and the body of an action take it. */
export interface LetterFilter {
  /** Of a function, or of an egress. */
  readonly function?: string;
  readonly code?: string;
  /** Somewhere in the reason. */
  readonly reason?: string;
  readonly since?: number;
}

/** A group that was chosen, as it stands in the URL. */
export interface ChosenGroup {
  readonly subject: string;
  readonly code: string;
  readonly reason: string;
}

/** What a letter is of: the egress of a record, else the function. */
export function subjectOf({ typename, egress }: DeadGroup): string {
  return egress ?? typename;
}

/** The server puts several reasons or functions together, where there are very many. */
const others = ["(other reasons)", "(others)"];

/** Numbers, ids and quoted parts, which the server takes out of a reason to see that two are alike. */
const varying = /"[^"]*"|'[^']*'|[0-9a-f-]*\d[0-9a-f-]*/gi;
/** What nobody misses at the ends of a part. */
const edges = /^[\s:;,.]+|[\s:;,.]+$/g;
/** Of a reason that is compared. */
const comparedLength = 500;

/** A group in the URL: its subject, its code, and a part of its reason. */
export function groupText(group: DeadGroup, all: readonly DeadGroup[]): string {
  return [subjectOf(group), group.code, reasonOf(group, all)].join(" ");
}

export function groupIn(text: string): ChosenGroup | undefined {
  const [, subject, code, reason = ""] = /^(\S+) (\S+) ?(.*)$/s.exec(text) ?? [];
  return subject === undefined || code === undefined ? undefined : { subject, code, reason };
}

/**
 * The part of a reason that all letters of a group have, and those of no other group: the whole of it where nothing in it varies. A
 * filter finds texts as they are, and the reason that stands for a group is that of one of its letters.
 */
export function reasonOf(group: DeadGroup, all: readonly DeadGroup[]): string {
  const { reason, code } = group;
  if (others.includes(reason)) return "";
  const start = reason.slice(0, comparedLength);
  if (!new RegExp(varying.source, "i").test(start)) return reason;
  const rest = all
    .filter((one) => one !== group && one.code === code && subjectOf(one) === subjectOf(group))
    .map((one) => one.reason);
  const parts = start
    .split(varying)
    .map((part) => part.replace(edges, ""))
    .filter((part) => part !== "");
  parts.sort((left, right) => right.length - left.length);
  return parts.find((part) => rest.every((one) => !one.includes(part))) ?? parts[0] ?? "";
}

/** What the parameters of the URL choose. A text that is searched for narrows a group, unless the group says more. */
export function filterIn(params: URLSearchParams): LetterFilter {
  const given = (name: string): string => params.get(name) ?? "";
  const group = groupIn(given("group"));
  const text = given("text");
  const reason = group === undefined || !group.reason.includes(text) ? text : group.reason;
  const since = Number(given("since"));
  const whole = group === undefined || group.subject === "(others)" ? "" : group.subject;
  const code = group === undefined || group.code === "(others)" ? "" : group.code;
  const chosen = {
    function: whole || given("function"),
    code: code || given("code"),
    reason,
    since: Number.isSafeInteger(since) && since > 0 && since,
  };
  return Object.fromEntries(Object.entries(chosen).filter(([, value]) => value));
}

/** Groups of the function and the code that the parameters choose. */
export function shownGroups(
  groups: readonly DeadGroup[],
  params: URLSearchParams,
): readonly DeadGroup[] {
  const [of, code] = ["function", "code"].map((name) => params.get(name) ?? "");
  return groups.filter(
    (group) => (of === "" || of === subjectOf(group)) && (code === "" || code === group.code),
  );
}

/** A filter in words, as it was given or written down. */
export function filterText(filter: object, moment: (ms: number) => string): string {
  const { typename, function: of = typename, code, reason, ...times } = Object(filter);
  const parts = [
    ...[of, code, reason && `“${reason}”`].filter((one) => typeof one === "string"),
    ...["since", "until"].flatMap((name) =>
      typeof times[name] === "number" ? [`${name} ${moment(times[name])}`] : [],
    ),
  ];
  return parts.length === 0 ? "all dead letters" : `dead letters of ${parts.join(", ")}`;
}
