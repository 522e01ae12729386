import type { StateFunError } from "../../internal/errors.ts";
import type { CallOutcome } from "./records.ts";

/** What a caller gets: the outcome, or that it is unknown. */
export type Answer = CallOutcome | { readonly kind: "lost"; readonly error: StateFunError };
