import { describe, expect, it } from "vitest";
import type { Sabotage } from "./disk.ts";
import type { OrderSabotage } from "./operators/operated.ts";
import {
  acknowledgesEarly,
  cancelsNothing,
  dropsKeys,
  forgetsKeys,
  forgetsLinks,
  forgetsPauses,
  removesRecordsEarly,
  removesTimersEarly,
  sendsBackwards,
  skipsAnything,
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
  ["a pause that is not stored", forgetsPauses, /although it is paused/],
];

/** Bugs of actions. */
const wrongOrders: readonly (readonly [string, () => OrderSabotage, RegExp])[] = [
  ["an action without its key", dropsKeys, /was done twice|failed: .*(?:conflict|exist)|among/],
  [
    "a skip that does not check the number",
    skipsAnything,
    /nobody wanted to skip|was handled \d times/,
  ],
];

describe("the simulator", () => {
  it.each(bugs)("finds %s", async (_, sabotage, symptom) => {
    const plan = { first: 1, isEnough: (runs: number) => runs >= enoughRuns };
    const { failure, runs } = await runSeeds(plan, { sabotage });
    expect(failure, `none of ${runs} runs found it`).toBeDefined();
    expect(failure?.violations.join("\n")).toMatch(symptom);
  });

  it.each(wrongOrders)("finds %s", async (_, orders, symptom) => {
    const plan = { first: 1, isEnough: (runs: number) => runs >= enoughRuns };
    const { failure, runs } = await runSeeds(plan, { orders: orders() });
    expect(failure, `none of ${runs} runs found it`).toBeDefined();
    expect(failure?.violations.join("\n")).toMatch(symptom);
  });
});
