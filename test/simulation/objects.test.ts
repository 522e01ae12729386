import { describe, expect, it } from "vitest";
import { simulateObjects } from "./objects/simulate-objects.ts";
import { planOf, reportOf } from "./seeds.ts";

const { STATEFUN_CRASHES } = process.env;
const timeoutMs = Math.max(300_000, Number(STATEFUN_CRASHES ?? 0) * 40);
const plan = planOf(60);

describe("objects, simulated", () => {
  it(
    "keep their promises, though nothing starts them but their alarms and whoever speaks to them",
    async () => {
      const crashes = new Map<string, number>();
      let [runs, total] = [0, 0];
      for (; !plan.isEnough(runs, total); runs++) {
        const run = await simulateObjects(plan.first + runs);
        expect(run.violations.length > 0 ? reportOf(run) : undefined).toBeUndefined();
        for (const [where, count] of run.crashes) {
          crashes.set(where, (crashes.get(where) ?? 0) + count);
          total += count;
        }
      }
      if (STATEFUN_CRASHES !== undefined) {
        console.log(`${total} crash points fired in ${runs} runs`, Object.fromEntries(crashes));
      }
      expect(total).toBeGreaterThan(0);
    },
    timeoutMs,
  );

  it("are the same run whenever they have the same seed", async () => {
    for (const seed of [3, 11]) {
      const [first, second] = [await simulateObjects(seed), await simulateObjects(seed)];
      expect(second.hash).toBe(first.hash);
    }
  });

  it.each(["forgets alarms", "lets answers go without an alarm"] as const)(
    "find a store that %s",
    async (bug) => {
      for (let seed = 1; seed <= 100; seed++) {
        const { violations } = await simulateObjects(seed, { bug });
        if (violations.length === 0) continue;
        expect(violations.join("\n")).toMatch(
          /has messages|has timers|unsent|outbox|emitted 0|among/,
        );
        return;
      }
      expect.fail("none of 100 runs found it");
    },
  );
});
