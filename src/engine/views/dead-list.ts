import { messageBytes } from "../../model/message-bytes.ts";
import type { DeadFilter } from "../contract/actions.ts";
import type { DeadHead, DeadRecord, Position } from "../contract/records.ts";
import type { Store } from "../contract/store.ts";
import { Turns } from "./turns.ts";

const pageSize = 128;

export interface DeadLettersPage {
  readonly letters: readonly DeadRecord[];
  /** The last number that was looked at; undefined at the end. */
  readonly next: Position | undefined;
}

/** Dead letters for which a filter holds, oldest first. Messages are read of these alone. */
export async function listDead(
  store: Store,
  filter: DeadFilter,
  after: Position,
  limit: number,
  maxBytes: number,
): Promise<DeadLettersPage> {
  const letters: DeadRecord[] = [];
  let bytes = 0;
  const looked = await eachHead(store, filter.typename, after, (head) => {
    if (isMatch(head, filter)) {
      const letter = store.deadAt(head.number);
      if (letter !== undefined) letters.push(letter);
      bytes += letter === undefined ? 0 : messageBytes(letter.argument, letter.target);
    }
    return letters.length < limit && bytes < maxBytes;
  });
  return { letters, next: looked };
}

/** Whether all that is given holds. */
export function isMatch(head: DeadHead, filter: DeadFilter): boolean {
  const { code, text, since = 0, until = Number.POSITIVE_INFINITY } = filter;
  return (
    (filter.typename === undefined || filter.typename === (head.egress ?? head.typename)) &&
    (code === undefined || code === head.code) &&
    (text === undefined || head.reason.includes(text)) &&
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
  const turns = new Turns();
  for (let last = after; ; ) {
    const page = store.deadHeads(last, pageSize, typename);
    if (page.length === 0) return undefined;
    for (const head of page) {
      last = head.number;
      if (!more(head)) return last;
      // The rest of the page is not read again, though some of it may be gone: a slow page would never come to its end.
      if (turns.isOver) await turns.next();
    }
  }
}
