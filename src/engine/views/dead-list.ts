import { messageBytes } from "../../model/message-bytes.ts";
import type { DeadFilter } from "../contract/actions.ts";
import type { DeadHead, DeadPage, DeadRecord, Position } from "../contract/records.ts";
import type { Store } from "../contract/store.ts";
import { eachInTurns } from "./each-in-turns.ts";
import { newestFirst } from "./newest-first.ts";
import { Turns } from "./turns.ts";

const pageSize = 128;
/** Some stores read whole letters for their heads. */
const newestPageSize = 32;

/** Dead letters for which a filter holds, oldest first. Messages are read of these alone. */
export async function listDead(
  store: Store,
  filter: DeadFilter,
  after: Position,
  limit: number,
  maxBytes: number,
): Promise<DeadPage> {
  return chosen(store, filter, limit, maxBytes, (take) =>
    eachHead(store, filter.typename, after, take),
  );
}

/** The same, newest first, of those with a number below `before`. */
export async function listNewestDead(
  store: Store,
  filter: DeadFilter,
  before: Position,
  limit: number,
  maxBytes: number,
): Promise<DeadPage> {
  return chosen(store, filter, limit, maxBytes, (take) =>
    eachNewestHead(store, filter.typename, before, take),
  );
}

/** Letters whose heads match, up to `limit`, in the order of `each`. */
async function chosen(
  store: Store,
  filter: DeadFilter,
  limit: number,
  maxBytes: number,
  each: (take: (head: DeadHead) => boolean) => Promise<Position | undefined>,
): Promise<DeadPage> {
  const letters: DeadRecord[] = [];
  let bytes = 0;
  const next = await each((head) => {
    if (isMatch(head, filter)) {
      const letter = store.deadAt(head.number);
      if (letter !== undefined) letters.push(letter);
      bytes += letter === undefined ? 0 : messageBytes(letter.argument, letter.target);
    }
    return letters.length < limit && bytes < maxBytes;
  });
  return { letters, next };
}

/** Whether all that is given holds. */
export function isMatch(
  head: Pick<DeadHead, "typename" | "egress" | "code" | "reason" | "failedAt">,
  filter: DeadFilter,
): boolean {
  const { code, reason, since = 0, until = Number.POSITIVE_INFINITY } = filter;
  return (
    (filter.typename === undefined || filter.typename === (head.egress ?? head.typename)) &&
    (code === undefined || code === head.code) &&
    (reason === undefined || head.reason.includes(reason)) &&
    head.failedAt >= since &&
    head.failedAt < until
  );
}

/**
 * Reads heads in turns as long as `more` says so. Gives the last number that was looked at; undefined where all have been.
 */
export async function eachHead(
  store: Store,
  typename: string | undefined,
  after: Position,
  more: (head: DeadHead) => boolean,
): Promise<Position | undefined> {
  return eachInTurns((last) => store.deadHeads(last, pageSize, typename), after, more);
}

async function eachNewestHead(
  store: Store,
  typename: string | undefined,
  before: Position,
  more: (head: DeadHead) => boolean,
): Promise<Position | undefined> {
  const turns = new Turns();
  // A store without an index looks through all the others each time that it is asked for those of one function: they are chosen here.
  const only = store.addresses === undefined ? undefined : typename;
  const page = (after: Position, limit: number) => store.deadHeads(after, limit, only);
  for (const head of newestFirst(page, before, newestPageSize)) {
    if (!more(head)) return head.number;
    if (turns.isOver) await turns.next();
  }
  return undefined;
}
