import { describe, expect, it } from "vitest";
import type { Sabotage } from "./disk.ts";
import {
  acknowledgesEarly,
  cancelsNothing,
  forgetsKeys,
  forgetsLinks,
  removesRecordsEarly,
  removesTimersEarly,
  sendsBackwards,
} from "./sabotages.ts";
import { runSeeds } from "./seeds.ts";

/** Many times what the rarest of them needs. */
const enoughRuns = 300;

const bugs: readonly (readonly [string, Sabotage, RegExp])[] = [
  ["a receiver that forgets what it has taken", forgetsLinks, /came after|emitted|among/],
  [
    "an idempotency key that is not looked up",
    forgetsKeys,
    /accepted twice|came after|emitted|among/,
  ],
  [
    "a timer that is removed before its commit",
    removesTimersEarly,
    /emitted 0 times|among|has timers/,
  ],
  [
    "an acknowledgement before the commit survives",
    acknowledgesEarly,
    /before it was stored|came after|among/,
  ],
  ["a cancellation that takes nothing back", cancelsNothing, /cancelled message .* was delivered/],
  ["a link that sends out of order", sendsBackwards, /came after/],
  [
    "a record that is removed before its delivery",
    removesRecordsEarly,
    /unsent records|emitted 0 times/,
  ],
];

describe("the simulator", () => {
  it.each(bugs)("finds %s", async (_, sabotage, symptom) => {
    const plan = { first: 1, isEnough: (runs: number) => runs >= enoughRuns };
    const { failure, runs } = await runSeeds(plan, { sabotage });
    expect(failure, `none of ${runs} runs found it`).toBeDefined();
    expect(failure?.violations.join("\n")).toMatch(symptom);
  });
});
