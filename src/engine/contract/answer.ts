import type { StateFunError } from "../../internal/errors.ts";
import type { CallOutcome } from "./records.ts";

/** What a caller hears: the outcome, or that nobody can know it. */
export type Answer = CallOutcome | { readonly kind: "lost"; readonly error: StateFunError };
