import type { Position } from "../../engine/contract/records.ts";
import { assertInteger, invalid } from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";
import { choice, digits, text } from "../openapi/schema.ts";
import type { Parameter } from "./admin-route.ts";

export interface Ordered {
  readonly isNewest: boolean;
  readonly start: Position;
}

const limitSchema = { type: "integer", minimum: 1, maximum: 1_000, default: 100 };

export const limit: Parameter = {
  name: "limit",
  text: "How many at most; an answer has at most 1 MiB",
  schema: limitSchema,
};

/** The cursor of what is numbered. */
export const afterNumber: Parameter = {
  name: "after",
  text: "The `next` of the page before",
  schema: digits,
};

/** In which direction a list of what is numbered goes. */
export const orderParameter: Parameter = {
  name: "order",
  text: 'Which come first. With `newest`, `next` goes back, and the list is over when it is `"0"`',
  schema: { ...choice("oldest", "newest"), default: "oldest" },
};

/** Whether the newest come first, and behind which number a page begins then. */
export function orderOf(query: URLSearchParams, after: Position): Ordered {
  const order = query.get("order") ?? "oldest";
  if (order !== "oldest" && order !== "newest") {
    throw invalid(`order must be oldest or newest, got ${show(order)}`);
  }
  const isNewest = order === "newest";
  return { isNewest, start: isNewest && !query.has("after") ? Number.MAX_SAFE_INTEGER : after };
}

/** Any other cursor. */
export const afterCursor: Parameter = { ...afterNumber, schema: text };

export const functionParameter: Parameter = {
  name: "function",
  text: "The typename of a function, `namespace/name`",
  schema: text,
};

export const idParameter: Parameter = { name: "id", text: "The id of an instance", schema: text };

/** Of one instance. */
export const addressParameters: readonly Parameter[] = [
  { ...functionParameter, isNeeded: true },
  { ...idParameter, isNeeded: true },
];

/** `true` or `false`. */
export function flagOf(query: URLSearchParams, name: string, absent = false): boolean {
  const given = query.get(name) ?? String(absent);
  if (given === "true" || given === "false") return given === "true";
  throw invalid(`${name} must be true or false, got ${show(given)}`);
}

/** An integer, in digits alone. Undefined where it is absent. */
export function integerOf(
  query: URLSearchParams,
  name: string,
  from: number,
  to: number = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const given = query.get(name);
  if (given === null) return undefined;
  const number = /^\d{1,16}$/.test(given) ? Number(given) : given;
  assertInteger(number, name, from, to);
  return number;
}
