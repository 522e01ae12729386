import { Turns } from "../../../engine/views/turns.ts";
import { bytesFromText } from "../../../internal/bytes.ts";
import { compareTexts } from "../../../internal/text-order.ts";
import { answerJson, type SurfaceResponse } from "../../answers.ts";

/** What operators see changes: no cache keeps it. */
export function answerRead(body: object): SurfaceResponse {
  return answerJson(200, body, { "cache-control": "no-store" });
}

/** Of an answer that lists, in JSON. */
const maxAnswerBytes = 1_048_576;

/** The room of an answer, for at least one item. */
class Room {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  takes(item: unknown): boolean {
    const isFirst = this.#bytes === 0;
    this.#bytes += bytesFromText(JSON.stringify(item)).length + 1;
    return isFirst || this.#bytes <= this.#maxBytes;
  }
}

/** As many of these as one answer has room for, and at least one. */
export function fitting<T>(
  items: Iterable<T>,
  limit: number,
  maxBytes: number = maxAnswerBytes,
): T[] {
  const room = new Room(maxBytes);
  const fit: T[] = [];
  for (const item of items) {
    if (fit.length >= limit || !room.takes(item)) return fit;
    fit.push(item);
  }
  return fit;
}

export interface NamedPage<T> {
  readonly items: readonly T[];
  /** The cursor of the next page; undefined at the end. */
  readonly next: string | undefined;
}

/**
 * A page of a list that is in memory, in order of the names that `nameOf` gives. The cursor is the last name of the page: what comes
 * and goes in between moves nothing. It is made in turns: each item may be large.
 */
export async function namedPage<T, S>(
  all: Iterable<T>,
  nameOf: (one: T) => string,
  show: (one: T) => S,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<NamedPage<S>> {
  const named = [...all].map((one) => ({ one, name: nameOf(one) }));
  named.sort((left, right) => compareTexts(left.name, right.name));
  const rest = after === null ? named : named.filter(({ name }) => compareTexts(name, after) > 0);
  const room = new Room(maxAnswerBytes);
  const turns = new Turns();
  const items: S[] = [];
  for (const { one } of rest) {
    if (items.length >= limit) break;
    const item = show(one);
    if (!room.takes(item)) break;
    items.push(item);
    if (turns.isOver) await turns.next();
  }
  const isMore = items.length < rest.length;
  return { items, next: isMore ? rest[items.length - 1]?.name : undefined };
}
