import type { Position } from "../../engine/contract/records.ts";
import { assertInteger, invalid } from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";

/** A piece of a list, as a query asks for it. */
export interface Page {
  readonly after: Position;
  readonly limit: number;
}

/** Of `?after=CURSOR&limit=N`, 100 by default and at most 1,000; `cursor` comes before the query's. */
export function pageOf(query: URLSearchParams, cursor: string | null = null): Page {
  const after = cursor ?? query.get("after") ?? "0";
  return { after: positionOf(after, "after"), limit: limitOf(query) };
}

export function limitOf(query: URLSearchParams): number {
  const limit = query.get("limit") ?? "100";
  const number = /^\d+$/.test(limit) ? Number(limit) : limit;
  assertInteger(number, "limit", 1, 1_000);
  return number;
}

/** Throws for a parameter that is there more than once: only one of them would be taken. */
export function assertOnce(query: URLSearchParams): void {
  const seen = new Set<string>();
  for (const name of query.keys()) {
    if (seen.has(name)) throw invalid(`the parameter ${show(name)} is there more than once`);
    seen.add(name);
  }
}

/** A parameter that a route cannot do without. */
export function needed(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value !== null) return value;
  throw invalid(`the parameter ${name} is missing`);
}

/** A cursor, or the id of a dead letter: a position in digits. */
export function positionOf(text: string, what: string): Position {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw invalid(`${what} must be a value from an earlier answer, got ${show(text)}`);
}
