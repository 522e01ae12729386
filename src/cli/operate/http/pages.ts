import { isRecord } from "../../../internal/assert.ts";
import { exitCodes, Failure } from "../failure.ts";
import type { Api } from "./api.ts";
import { fieldOf, type Json, rowsIn, textIn } from "./json.ts";

/** A list of the server that comes page by page. */
export interface List {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** The property that has the rows of a page. */
  readonly rows: string;
  /** A list of numbered things is over with an empty page; any other one when there is no `next`. */
  readonly endsWith: "empty page" | "no next";
}

/** Of one page, as the server allows it. */
const maxPage = 1_000;

export interface Rows {
  readonly rows: readonly Json[];
  /** Whether the server has more than was asked for. */
  readonly isMore: boolean;
}

/** At most `limit` rows that are wanted, page by page: no more than one page is in memory. */
export async function* pagesOf(
  api: Api,
  list: List,
  limit: number,
  isWanted?: (row: Json) => boolean,
): AsyncGenerator<Rows> {
  let left = limit;
  let after: string | undefined;
  for (;;) {
    // One more than is shown tells whether there are more.
    const ask = String(isWanted === undefined ? Math.min(maxPage, left + 1) : maxPage);
    const page = await api.read(list.path, { ...list.query, after, limit: ask });
    const all = rowsOf(page, list.rows, list.path);
    const next = textIn(page, "next");
    const isOver = next === undefined || (list.endsWith === "empty page" && all.length === 0);
    const rows = isWanted === undefined ? all : all.filter(isWanted);
    // Behind a full list of what is wanted, pages are read until one more of it is found.
    const isMore = rows.length > left || (!isOver && left === 0 && isWanted === undefined);
    if (rows.length > 0) yield { rows: rows.slice(0, left), isMore };
    left -= Math.min(left, rows.length);
    if (isOver || isMore) return;
    after = cursorOf(next, after, list.path);
  }
}

/** The cursor of the next page. One that is that of the page before would be followed for ever. */
export function cursorOf(next: string, before: string | undefined, path: string): string {
  if (next !== before) return next;
  throw strangePage(path, `whose cursor ${next} comes twice`);
}

/** A list of a page. An answer without it is not one with an empty list. */
export function rowsOf(page: Json, name: string, path: string): readonly Json[] {
  const rows = rowsIn(page, name);
  if (rows === undefined) throw strangePage(path, `without ${name}`);
  return rows;
}

/** The same of the states of an instance. */
export function statesOf(page: Json): Json {
  const states = fieldOf(page, "state");
  if (isRecord(states) && !Array.isArray(states)) return states;
  throw strangePage("/admin/instance", "without state");
}

function strangePage(path: string, what: string): Failure {
  const text = `the server is not a statefun runtime that this version knows: a page of ${path} ${what}`;
  return new Failure("malformed_request", text, { exitCode: exitCodes.refused });
}
