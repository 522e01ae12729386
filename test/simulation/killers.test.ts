import { expect, it } from "vitest";
import { simulateKillers } from "./killers.ts";
import { planOf, reportOf } from "./seeds.ts";

const { STATEFUN_CRASHES } = process.env;
const plan = planOf(60);

it(
  "gives up every message that kills the process, and no other, while others hardly wait",
  async () => {
    let crashes = 0;
    for (let runs = 0; !plan.isEnough(runs, crashes); runs++) {
      const run = await simulateKillers(plan.first + runs);
      expect(run.violations.length > 0 ? reportOf(run) : undefined).toBeUndefined();
      for (const count of run.crashes.values()) crashes += count;
    }
    expect(crashes).toBeGreaterThan(0);
  },
  Math.max(60_000, Number(STATEFUN_CRASHES ?? 0) * 20),
);
