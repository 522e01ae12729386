import { invalid } from "./assert.ts";
import { peek } from "./show.ts";

/** Whether a value is a promise. If so nobody waits for it, and its rejection must not end the process. */
export function isLeftPromise(value: unknown): boolean {
  if (typeof peek(value, "then") !== "function") return false;
  Promise.resolve(value).catch(() => undefined);
  return true;
}

/** Refuses what an asynchronous function gives where its value is needed at once. */
export function assertNoPromise(value: unknown, what: string): void {
  if (isLeftPromise(value)) throw invalid(`${what} must not be asynchronous, got a promise`);
}
