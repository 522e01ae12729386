import { described, integer, type Schema } from "../openapi/schema.ts";

/** A time in an answer. */
export const milliseconds: Schema = described(integer, "Milliseconds since the epoch");
