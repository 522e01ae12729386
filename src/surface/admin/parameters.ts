import { digits, text } from "../openapi/schema.ts";
import type { Parameter } from "./admin-route.ts";

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
