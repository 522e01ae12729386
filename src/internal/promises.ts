import { invalid } from "./assert.ts";

/** Whether a value is a promise. If so nobody waits for it, and its rejection must not end the process. */
export function isLeftPromise(value: unknown): boolean {
  if (typeof Object(value).then !== "function") return false;
  Promise.resolve(value).catch(() => undefined);
  return true;
}

/** Refuses what an asynchronous function gives where its value is needed at once. */
export function assertNoPromise(value: unknown, what: string): void {
  if (isLeftPromise(value)) throw invalid(`${what} is asynchronous`);
}
