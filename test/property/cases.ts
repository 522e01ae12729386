import type fc from "fast-check";
import { seeded, cases as total } from "../effort.ts";

/** The slow suite also prints what became of its cases. */
export const isSlowSuite: boolean = total >= 10_000;

/** What each property gets of the total, in thousandths. They add up to 1,000. */
const shares = {
  "v2 requests": 100,
  "v2 responses": 100,
  "v3 requests": 100,
  "v3 responses": 100,
  "random bytes": 150,
  "protobuf soup": 200,
  "mutated golden bytes": 250,
} as const;

export function cases(property: keyof typeof shares): number {
  return Math.ceil((total * shares[property]) / 1_000);
}

/** Parameters of `fc.assert`. The memory of a run does not grow with its cases. */
export function parameters(property: keyof typeof shares): fc.Parameters<unknown> {
  return { numRuns: cases(property), ...seeded };
}

/** A property of 25,000 cases needs more than vitest's default. */
export const propertyTimeoutMs = Math.max(60_000, total * 10);
