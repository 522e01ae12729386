import { join } from "node:path";
import { expect, it } from "vitest";
import { SmokeModel, seeded } from "../../remote/support/smoke.ts";
import { startObjects } from "../support/objects.ts";
import { Load, type Progress, sendAll } from "./driver.ts";
import { expectExactlyOnce } from "./verdict.ts";

const ids = 128;
const commands = Number(process.env["STATEFUN_COMMANDS"] ?? 1_000);
const seed = Number(process.env["STATEFUN_SEED"] ?? 1);

it.each([
  ["in an object of its own each", {}],
  ["in eight objects together", { GROUPS: "8" }],
])(
  "addresses %s count every message exactly once",
  async (_, bindings) => {
    const random = seeded(seed);
    const model = new SmokeModel(ids, random);
    const load = new Load(model, ids, commands, random);
    const objects = await startObjects(join(import.meta.dirname, "worker.ts"), bindings);
    try {
      const progress: Progress = { acknowledged: 0, repeated: 0, duplicates: 0 };
      const started = performance.now();
      await sendAll(load, objects.url, progress);
      const seconds = (performance.now() - started) / 1_000;
      console.log(JSON.stringify({ seconds, ...progress }));
      await expectExactlyOnce(objects.url(), model, load, 60_000);
      expect(progress.acknowledged).toBe(load.sent.length);
    } finally {
      await objects.close();
    }
  },
  600_000,
);
