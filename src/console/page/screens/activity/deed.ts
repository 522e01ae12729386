import type { ActivityRow, Address } from "../../api/types.ts";

/** A record of what an operator has done, as the page shows it. */
export interface Deed {
  readonly cursor: string;
  readonly atMs: number | undefined;
  readonly who: string;
  readonly why: string;
  readonly action: string;
  readonly tone: "bad" | "warn" | "plain";
  readonly address: Address | undefined;
  /** A function as a whole. */
  readonly typename: string | undefined;
  /** What it was about, beside the instance or the function. */
  readonly subject: string;
  readonly result: string;
}

const words: ReadonlyMap<string, string> = new Map([
  ["replay", "replayed"],
  ["replay-all", "replayed many"],
  ["discard", "discarded"],
  ["discard-all", "discarded many"],
  ["skip", "gave up the head"],
  ["retry", "retried"],
  ["cancel-timer", "cancelled a timer"],
  ["fire-timer", "sent a timer now"],
  ["pause", "paused"],
  ["resume", "resumed"],
  ["set-state", "edited a state"],
  ["clear-state", "forgot a state"],
  ["delete-instance", "deleted"],
  ["send", "sent"],
]);

const losses = ["discard", "discard-all", "skip", "clear-state", "delete-instance", "cancel-timer"];

/** Of a record whose shape another version may have written: what is not there is left out. */
export function deedOf({ cursor, record = {} }: ActivityRow): Deed {
  const { atMs, who, why, action, address, typename, id, result } = record;
  const kind = textOf(action);
  return {
    cursor,
    atMs: typeof atMs === "number" ? atMs : undefined,
    who: textOf(who),
    why: textOf(why),
    action: words.get(kind) ?? (kind === "" ? "(unreadable)" : kind),
    tone: losses.includes(kind) ? "bad" : kind === "pause" ? "warn" : "plain",
    address: addressOf(address) ?? addressOf({ typename, id }),
    typename: id === undefined && typeof typename === "string" ? typename : undefined,
    subject: subjectOf(record),
    result: resultOf(kind, result),
  };
}

function subjectOf(record: Readonly<Record<string, unknown>>): string {
  const { action, number, name, filter, messageTypename, size } = record;
  const parts = [
    name === undefined ? "" : `state ${textOf(name)}`,
    number === undefined ? "" : `${whatHas(action)} ${textOf(number)}`,
    textOf(messageTypename),
    typeof size === "number" ? `${size} B` : "",
    filter === undefined ? "" : filterText(filter),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** Numbers are those of letters, timers, and messages. */
function whatHas(action: unknown): string {
  const kind = textOf(action);
  if (kind === "skip") return "message";
  return kind.endsWith("-timer") ? "timer" : "dead letter";
}

function filterText(filter: unknown): string {
  const { typename, code, reason, since, until } = Object(filter);
  const parts = [
    textOf(typename),
    textOf(code),
    reason === undefined ? "" : `“${textOf(reason)}”`,
    typeof since === "number" ? `since ${new Date(since).toISOString()}` : "",
    typeof until === "number" ? `until ${new Date(until).toISOString()}` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "all dead letters" : `dead letters of ${parts.join(", ")}`;
}

function resultOf(kind: string, result: unknown): string {
  const { count, next } = Object(result);
  if (typeof count !== "number") return "";
  const isMany = kind.endsWith("-all") || kind === "delete-instance" || count > 1;
  const text = isMany ? `${count}` : count === 1 ? "done" : "nothing to do";
  return next === undefined ? text : `${text}, one page of several`;
}

function addressOf(given: unknown): Address | undefined {
  const { typename, id } = Object(given);
  return typeof typename === "string" && typeof id === "string" ? { typename, id } : undefined;
}

function textOf(given: unknown): string {
  return typeof given === "string" ? given : typeof given === "number" ? String(given) : "";
}
