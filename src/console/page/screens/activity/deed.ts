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
  /** How many things it was done to. */
  readonly count: number | undefined;
  readonly isMany: boolean;
}

/** What was done, newest first. The pages of a replay or a discard of many are one deed. */
export function deedsOf(
  rows: readonly ActivityRow[],
  moment: (ms: number) => string,
): readonly Deed[] {
  const deeds = new Map<string, Deed>();
  for (const row of rows) {
    const deed = deedOf(row, moment);
    const { who, why, action, upTo, filter } = row.record ?? {};
    const key = upTo === undefined ? row.cursor : JSON.stringify([who, why, action, upTo, filter]);
    const { count } = deed;
    const newer = deeds.get(key);
    deeds.set(
      key,
      newer === undefined || count === undefined
        ? deed
        : { ...newer, count: (newer.count ?? 0) + count },
    );
  }
  return [...deeds.values()];
}

/** Of a record whose shape another version may have written: what is not there is left out. */
function deedOf({ cursor, record = {} }: ActivityRow, moment: (ms: number) => string): Deed {
  const { atMs, action, address, typename, id } = record;
  const { count } = Object(record["result"]);
  const kind = textOf(action);
  return {
    cursor,
    atMs: typeof atMs === "number" ? atMs : undefined,
    who: textOf(record["who"]),
    why: textOf(record["why"]),
    // As the API and the command line call it.
    action: kind.replace("-all", "").replace("-", " ") || "(unreadable)",
    tone:
      kind === "pause"
        ? "warn"
        : /^(discard|skip|cancel|clear|delete)/.test(kind)
          ? "bad"
          : "plain",
    address: addressOf(address) ?? addressOf(record),
    typename: id === undefined && typeof typename === "string" ? typename : undefined,
    subject: subjectOf(kind, record, moment),
    count: typeof count === "number" ? count : undefined,
    isMany: kind.endsWith("-all") || kind === "delete-instance",
  };
}

function subjectOf(
  kind: string,
  record: Readonly<Record<string, unknown>>,
  moment: (ms: number) => string,
): string {
  const { minutes, number, name, filter, messageTypename, size } = record;
  const what = kind === "skip" ? "message" : kind.endsWith("-timer") ? "timer" : "dead letter";
  const parts = [
    name === undefined ? "" : `state ${textOf(name)}`,
    number === undefined ? "" : `${what} ${textOf(number)}`,
    textOf(messageTypename),
    typeof size === "number" ? `${size} B` : "",
    typeof minutes === "number" ? `${minutes} min` : "",
    filter === undefined ? "" : filterText(Object(filter), moment),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** What came of it, in words. */
export function resultOf({ count, isMany }: Deed): string {
  if (count === undefined) return "";
  return isMany || count > 1 ? `${count}` : count === 1 ? "done" : "nothing to do";
}

function addressOf(given: unknown): Address | undefined {
  const { typename, id } = Object(given);
  return typeof typename === "string" && typeof id === "string" ? { typename, id } : undefined;
}

function textOf(given: unknown): string {
  return typeof given === "string" || typeof given === "number" ? String(given) : "";
}
