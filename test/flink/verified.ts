import { expect } from "vitest";
import type { Release } from "./releases.ts";
import type { ClusterResult } from "./result.ts";

export const ids = 128;
export const commands = 30_000;
export const failures = 2;

/** All that a run has to show, beginning with why it failed. */
export function expectVerified(result: ClusterResult, release: Release): void {
  expect(result.verdict, `${result.error}\n${result.log}`).toBe("verified");
  expect(result).toMatchObject({ ids, commands, answered: ids, over: 0, under: 0 });
  // A restart that nobody asked for would be the answer to a reply that breaks the rules.
  expect(result.restarts, result.log).toBe(failures);
  expect(result.restored).toBe(failures);
  expect(result.increments).toBeGreaterThan(commands);
  expect(result.delayed).toBeGreaterThan(1_000);
  if (release.cancellation) expect(result.cancelled).toBeGreaterThan(1_000);
  else expect(result.cancelled).toBe(0);
}

/** One line on the way, so that a run can be compared with the one before. */
export function report(what: string, result: ClusterResult, requests?: number): void {
  const { log: _, records: __, ...shown } = result;
  console.log(what, JSON.stringify({ ...shown, ...(requests === undefined ? {} : { requests }) }));
}
