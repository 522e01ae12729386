import type { DeadFilter } from "../../engine/contract/actions.ts";
import { invalid } from "../../internal/assert.ts";
import { isText } from "../../model/guards.ts";
import { integer, type Schema, text } from "../openapi/schema.ts";
import type { Parameter } from "./admin-route.ts";
import { shownJson } from "./json-body.ts";

/** What dead letters are chosen by, in a query and in the body of an action. */
const fields: Readonly<Record<string, Schema>> = {
  function: { ...text, description: "Of a function or an egress, by its typename" },
  code: { ...text, description: "Of the error" },
  reason: {
    ...text,
    description: "Somewhere in the message of the error, with its letters as they are",
  },
  since: {
    ...integer,
    description: "Failed at this time or later, in milliseconds since the epoch",
  },
  until: { ...integer, description: "Failed before this time" },
};

/** As properties of a JSON object. */
export const filterProperties: Readonly<Record<string, Schema>> = fields;

/** As parameters of a query. */
export const filterParameters: readonly Parameter[] = Object.entries(fields).map(
  ([name, { description, ...schema }]) => ({ name, text: String(description), schema }),
);

/** Of a query, whose values are texts. */
export function filterOfQuery(query: URLSearchParams): DeadFilter {
  const given = Object.keys(fields).flatMap((name) => {
    const value = query.get(name);
    if (value === null) return [];
    const isTime = name === "since" || name === "until";
    return [[name, isTime && /^\d{1,16}$/.test(value) ? Number(value) : value]];
  });
  return filterOf(Object.fromEntries(given));
}

/** Of a JSON object. Throws `invalid_argument` for a value of another kind. */
export function filterOf(given: Readonly<Record<string, unknown>>): DeadFilter {
  const textOf = (name: string): string | undefined => {
    const value = given[name];
    if (value === undefined || isText(value)) return value;
    const rule = typeof value === "string" ? "well-formed Unicode" : "a text";
    throw invalid(`${name} must be ${rule}, got ${shownJson(value)}`);
  };
  const timeOf = (name: string): number | undefined => {
    const value = given[name];
    if (value === undefined) return undefined;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    throw invalid(`${name} must be milliseconds since the epoch, got ${shownJson(value)}`);
  };
  const filter = {
    typename: textOf("function"),
    code: textOf("code"),
    reason: textOf("reason"),
    since: timeOf("since"),
    until: timeOf("until"),
  };
  // What is absent is no condition.
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
