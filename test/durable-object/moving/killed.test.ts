import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sqliteStore } from "statefun/sqlite";
import { afterAll, expect, it } from "vitest";
import { fillShop, openShop, shopFunctions } from "../../moving/support/shop.ts";
import { type Objects, startObjects } from "../support/objects.ts";
import { exportOf, importInto, recordsOf } from "./client.ts";
import { storedBytes } from "./stored-bytes.ts";

const worker = join(import.meta.dirname, "worker.ts");
const folder = mkdtempSync(join(tmpdir(), "statefun-killed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Kills that must have met a part of which something was stored, and something not. */
const wantedKills = 3;
const mostKills = 30;
const mostRuns = 10;

async function shopOf(accounts: number): Promise<Uint8Array> {
  const store = sqliteStore(join(folder, `${accounts}.db`));
  await fillShop(store, accounts, { isWhole: false });
  const runtime = await openShop(shopFunctions(), { store, paused: true });
  const bytes = new Uint8Array(await new Response(runtime.export()).arrayBuffer());
  await runtime.close();
  return bytes;
}

/** Sends all of it as one part, and ends workerd by SIGKILL when so many bytes have come to the disk. Whether it was still at work. */
async function killedWithin(objects: Objects, bytes: Uint8Array, grown: number): Promise<boolean> {
  let isOver = false;
  const upTo = storedBytes(objects) + grown;
  const imported = importInto(objects, bytes, { size: Number.MAX_SAFE_INTEGER }).then(
    () => true,
    () => false,
  );
  void imported.then(() => {
    isOver = true;
  });
  while (!isOver && storedBytes(objects) < upTo) await sleep(1);
  await objects.restart();
  return !(await imported);
}

/** Kills one import after another at a later place each time, and repeats it. How many kills have left a part of it. */
async function killedAgainAndAgain(
  bindings: Record<string, string>,
  original: Uint8Array,
  step: number,
): Promise<number> {
  const all = recordsOf(original);
  const objects = await startObjects(worker, { PAUSED: "yes", ...bindings });
  try {
    let within = 0;
    for (let kills = 1; within < wantedKills && kills < mostKills; kills++) {
      const isKilled = await killedWithin(objects, original, kills * step);
      const stored = recordsOf(await exportOf(objects, original));
      expect(all).toEqual(expect.arrayContaining([...stored]));
      // What was acknowledged is there.
      expect(isKilled || stored.length === all.length).toBe(true);
      if (stored.length === all.length) break;
      if (stored.length > 0) within++;
    }
    await importInto(objects, original, { size: 300 });
    expect(recordsOf(await exportOf(objects, original))).toEqual(all);
    return within;
  } finally {
    await objects.close();
  }
}

it.each([
  ["many objects", 200, {}, 50_000],
  ["ten objects", 1_000, { GROUPED: "10" }, 20_000],
  ["one object, in several windows", 1_500, { GROUPED: "1" }, 20_000],
])(
  "a process that is killed within a part of an import into %s has each record once",
  async (_, accounts, bindings, step) => {
    const original = await shopOf(accounts);
    let within = 0;
    for (let run = 0; within < wantedKills && run < mostRuns; run++) {
      within += await killedAgainAndAgain(bindings, original, step);
    }
    expect(within).toBeGreaterThanOrEqual(wantedKills);
  },
  300_000,
);
