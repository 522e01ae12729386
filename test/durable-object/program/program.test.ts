import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { Dice } from "../../simulation/dice.ts";
import { Program } from "../../simulation/program.ts";
import { type Objects, startObjects } from "../support/objects.ts";
import { expectDone } from "./judge.ts";
import { Outside } from "./outside.ts";

const commands = Number(process.env["STATEFUN_COMMANDS"] ?? 400);
const seed = Number(process.env["STATEFUN_SEED"] ?? 1);
/** Of each place at which something can happen to an object. */
const rate = Number(process.env["STATEFUN_RATE"] ?? 0.07);
const lanes = 4;
/** How often the process ends while all is sent. */
const restarts = 3;

/** Begins with other trouble, and adds what there was until now. */
async function begin(
  objects: Objects,
  happened: Map<string, number>,
  next: { seed: number; rate: number },
): Promise<void> {
  const url = `${objects.url()}/trouble?seed=${next.seed}&rate=${next.rate}`;
  const before = (await (await fetch(url)).json()) as Record<string, number>;
  for (const [place, count] of Object.entries(before)) {
    happened.set(place, (happened.get(place) ?? 0) + count);
  }
}

it.each(["nothing", "timers"])(
  "a random program has its effects exactly once and in order, with handlers that wait for %s",
  async (waits) => {
    const dice = new Dice(seed);
    const ids = Array.from({ length: 59 }, (_, index) => String(index + 1));
    const program = new Program(dice, {
      ids: ["0", ...ids],
      delaysMs: [0, 1, 5, 50, 500, 3_000],
    });
    const objects = await startObjects(join(import.meta.dirname, "worker.ts"), { WAITS: waits });
    const outside = new Outside(objects.url);
    const happened = new Map<string, number>();
    let isSent = false;
    let lives = 1;
    const restarting = async (): Promise<void> => {
      while (!isSent && lives <= restarts) {
        const enough = (lives * commands) / (restarts + 1);
        while (!isSent && outside.accepted < enough) await wait(50);
        if (isSent) return;
        await begin(objects, happened, { seed, rate });
        await objects.restart();
        lives++;
        await begin(objects, happened, { seed: seed + lives, rate });
      }
    };
    try {
      await begin(objects, happened, { seed, rate });
      const share = Math.ceil(commands / (2 * lanes));
      const sending = Array.from({ length: lanes }, (_, lane) => [
        outside.orderedLane(`lane ${lane}`, program, share),
        outside.looseLane(program, share),
      ]).flat();
      const sent = Promise.all(sending).finally(() => {
        isSent = true;
      });
      await Promise.all([sent, restarting()]);
      // What is still on its way meets trouble as well.
      await wait(1_000);
      await begin(objects, happened, { seed, rate: 0 });
      const { accepted, repeated } = outside;
      console.log(JSON.stringify({ lives, accepted, repeated, ...Object.fromEntries(happened) }));
      await expectDone(objects.url(), program, outside, 120_000);
      expect(lives).toBe(restarts + 1);
      expect(repeated).toBeGreaterThan(0);
    } finally {
      await objects.close();
    }
  },
  1_800_000,
);
