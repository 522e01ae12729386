import type { ActivityRow, Address } from "../../api/types.ts";
import { filterText } from "../dead-letters/letter-filter.ts";

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

/** What was done, and what a number in its record is of. */
const words: ReadonlyMap<string, readonly [word: string, tone?: Deed["tone"]]> = new Map([
  ["replay", ["replayed"]],
  ["replay-all", ["replayed many"]],
  ["discard", ["discarded", "bad"]],
  ["discard-all", ["discarded many", "bad"]],
  ["skip", ["gave up the head", "bad"]],
  ["retry", ["retried"]],
  ["cancel-timer", ["cancelled a timer", "bad"]],
  ["fire-timer", ["sent a timer now"]],
  ["pause", ["paused", "warn"]],
  ["resume", ["resumed"]],
  ["set-state", ["edited a state"]],
  ["clear-state", ["forgot a state", "bad"]],
  ["delete-instance", ["deleted", "bad"]],
  ["send", ["sent"]],
]);

/** Of a record whose shape another version may have written: what is not there is left out. */
export function deedOf({ cursor, record = {} }: ActivityRow): Deed {
  const { atMs, action, address, typename, id, result } = record;
  const kind = textOf(action);
  const [word = kind || "(unreadable)", tone = "plain"] = words.get(kind) ?? [];
  return {
    cursor,
    atMs: typeof atMs === "number" ? atMs : undefined,
    who: textOf(record["who"]),
    why: textOf(record["why"]),
    action: word,
    tone,
    address: addressOf(address) ?? addressOf(record),
    typename: id === undefined && typeof typename === "string" ? typename : undefined,
    subject: subjectOf(kind, record),
    result: resultOf(kind, result),
  };
}

function subjectOf(kind: string, record: Readonly<Record<string, unknown>>): string {
  const { number, name, filter, messageTypename, size } = record;
  const what = kind === "skip" ? "message" : kind.endsWith("-timer") ? "timer" : "dead letter";
  const parts = [
    name === undefined ? "" : `state ${textOf(name)}`,
    number === undefined ? "" : `${what} ${textOf(number)}`,
    textOf(messageTypename),
    typeof size === "number" ? `${size} B` : "",
    filter === undefined ? "" : filterText(Object(filter)),
  ];
  return parts.filter((part) => part !== "").join(", ");
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
  return typeof given === "string" || typeof given === "number" ? String(given) : "";
}
