import { expect, it } from "vitest";
import { simulateRestored } from "./restored.ts";
import { planOf, reportOf } from "./seeds.ts";

const { STATEFUN_CRASHES } = process.env;
const plan = planOf(100);

it(
  "loses and doubles nothing of what is sent after a partition was set back to an earlier time",
  async () => {
    let crashes = 0;
    for (let runs = 0; !plan.isEnough(runs, crashes); runs++) {
      const run = await simulateRestored(plan.first + runs);
      expect(run.violations.length > 0 ? reportOf(run) : undefined).toBeUndefined();
      for (const count of run.crashes.values()) crashes += count;
    }
    expect(crashes).toBeGreaterThan(0);
  },
  Math.max(60_000, Number(STATEFUN_CRASHES ?? 0) * 20),
);
