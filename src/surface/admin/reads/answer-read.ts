import { bytesFromText } from "../../../internal/bytes.ts";
import { compareTexts } from "../../../internal/text-order.ts";
import { answerJson, type SurfaceResponse } from "../../answers.ts";

/** What operators see changes: no cache keeps it. */
export function answerRead(body: object): SurfaceResponse {
  return answerJson(200, body, { "cache-control": "no-store" });
}

/** Of an answer that lists, in JSON. */
const maxAnswerBytes = 1_048_576;

/** As many of these as one answer has room for, and at least one. */
export function fitting<T>(
  items: Iterable<T>,
  limit: number,
  maxBytes: number = maxAnswerBytes,
): T[] {
  const fit: T[] = [];
  let bytes = 0;
  for (const item of items) {
    if (fit.length >= limit) return fit;
    bytes += bytesFromText(JSON.stringify(item)).length + 1;
    if (fit.length > 0 && bytes > maxBytes) return fit;
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
 * and goes in between moves nothing.
 */
export function namedPage<T, S>(
  all: Iterable<T>,
  nameOf: (one: T) => string,
  show: (one: T) => S,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): NamedPage<S> {
  const named = [...all].map((one) => ({ one, name: nameOf(one) }));
  named.sort((left, right) => compareTexts(left.name, right.name));
  const rest = after === null ? named : named.filter(({ name }) => compareTexts(name, after) > 0);
  const shown = function* () {
    for (const { one } of rest) yield show(one);
  };
  const items = fitting(shown(), limit);
  const isMore = items.length < rest.length;
  return { items, next: isMore ? rest[items.length - 1]?.name : undefined };
}
