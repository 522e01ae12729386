import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";

/** For a record that cannot be stored, or a row that no window can have written. */
export function damaged(what: string, value: unknown): StateFunError {
  return new StateFunError("store_failed", `a record has ${show(value)} as a ${what}`);
}

/** Of a window that adds what is there. */
export function duplicate(what: string): StateFunError {
  return new StateFunError("store_failed", `${what} already exists`);
}
