import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { SmokeModel, seeded } from "../../remote/support/smoke.ts";
import { startObjects } from "../support/objects.ts";
import { places } from "./crashes.ts";
import { Load, type Progress, sendAll } from "./driver.ts";
import { expectExactlyOnce } from "./verdict.ts";

const ids = 32;
const commands = Number(process.env["STATEFUN_COMMANDS"] ?? 500);
const seed = Number(process.env["STATEFUN_SEED"] ?? 1);
/** Of each place at which an object can be ended. */
const rate = 0.01;

it.each([
  ["in an object of its own each", {}],
  ["in four objects together", { GROUPS: "4" }],
])(
  "addresses %s count exactly once, whatever ends them and wherever",
  async (_, bindings) => {
    const random = seeded(seed);
    const model = new SmokeModel(ids, random);
    const load = new Load(model, ids, commands, random);
    const objects = await startObjects(join(import.meta.dirname, "worker.ts"), bindings);
    const happened = new Map<string, number>();
    /** Begins with other trouble, and says what there was until now. */
    const trouble = async (next: number): Promise<void> => {
      const response = await fetch(`${objects.url()}/trouble?seed=${seed + lives}&rate=${next}`);
      for (const [place, count] of Object.entries((await response.json()) as object)) {
        happened.set(place, (happened.get(place) ?? 0) + count);
      }
    };
    let lives = 1;
    try {
      const progress: Progress = { acknowledged: 0, repeated: 0, duplicates: 0 };
      await trouble(rate);
      let isSent = false;
      const sending = sendAll(load, objects.url, progress).finally(() => {
        isSent = true;
      });
      // The whole process ends now and then, wherever it is.
      const restarting = (async () => {
        while (!isSent) {
          const before = progress.acknowledged;
          while (!isSent && progress.acknowledged < before + load.sent.length / 4) await wait(50);
          if (isSent) return;
          await trouble(rate);
          await objects.restart();
          lives++;
          await trouble(rate);
        }
      })();
      await Promise.all([sending, restarting]);
      // What is still on its way meets trouble as well.
      await wait(1_000);
      await trouble(0);
      console.log(JSON.stringify({ lives, ...progress, ...Object.fromEntries(happened) }));
      await expectExactlyOnce(objects.url(), model, load, 90_000);
      expect(lives).toBeGreaterThanOrEqual(3);
      expect(progress.repeated).toBeGreaterThan(0);
      const never = places.filter((place) => !happened.has(place) && !place.includes("alarm"));
      // A short run may miss a place or two.
      expect(never.length).toBeLessThanOrEqual(commands < 5_000 ? 2 : 0);
    } finally {
      await objects.close();
    }
  },
  1_800_000,
);
