import { expect, it } from "vitest";
import { simulateDirectory } from "./objects/simulate-directory.ts";
import { planOf, reportOf } from "./seeds.ts";

const { STATEFUN_CRASHES } = process.env;
const plan = planOf(110);

it(
  "the directory ends right, whatever ends, is repeated, comes late or is restored",
  async () => {
    let crashes = 0;
    for (let runs = 0; !plan.isEnough(runs, crashes); runs++) {
      const run = await simulateDirectory(plan.first + runs, process.env["STATEFUN_TRACE"] === "1");
      if (process.env["STATEFUN_TRACE"] === "1") console.log(run.trace.join("\n"));
      expect(run.violations.length > 0 ? reportOf(run) : undefined).toBeUndefined();
      for (const count of run.crashes.values()) crashes += count;
    }
    expect(crashes).toBeGreaterThan(0);
  },
  Math.max(300_000, Number(STATEFUN_CRASHES ?? 0) * 40),
);
