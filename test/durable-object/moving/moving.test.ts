import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteStore } from "statefun/sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fillShop, openShop, shopFunctions, totalOf } from "../../moving/support/shop.ts";
import { type Objects, startObjects } from "../support/objects.ts";
import { exportOf, importInto, linesOf, recordsOf } from "./client.ts";

/** As many as shops have: `STATEFUN_MOVED=10000`. */
const accounts = Number(process.env["STATEFUN_MOVED"] ?? 200);
const longMs = Math.max(120_000, accounts * 200);
const worker = join(import.meta.dirname, "worker.ts");
const folder = mkdtempSync(join(tmpdir(), "statefun-moving-"));
let original: Uint8Array;

async function exported(path: string): Promise<Uint8Array> {
  const runtime = await openShop(shopFunctions(), { store: sqliteStore(path), paused: true });
  const bytes = new Uint8Array(await new Response(runtime.export()).arrayBuffer());
  await runtime.close();
  return bytes;
}

beforeAll(async () => {
  const path = join(folder, "shop.db");
  await fillShop(sqliteStore(path), accounts, { isWhole: false });
  original = await exported(path);
}, longMs);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function withObjects(
  bindings: Record<string, string>,
  work: (objects: Objects) => Promise<void>,
  compatibilityFlags: string[] = [],
): Promise<void> {
  const objects = await startObjects(worker, bindings, { compatibilityFlags });
  try {
    await work(objects);
  } finally {
    await objects.close();
  }
}

const deployed = { PAUSED: "yes" } as const;

describe("a shop that moves to Durable Objects", () => {
  it(
    "has everything that it had, there and back again, and goes on",
    async () => {
      await withObjects(deployed, async (objects) => {
        await importInto(objects, original);
        const moved = await exportOf(objects, original);
        expect(recordsOf(moved)).toEqual(recordsOf(original));
        const path = join(folder, "back.db");
        const store = sqliteStore(path);
        const runtime = await openShop(shopFunctions(), { store, paused: true });
        await runtime.import(new Blob([moved as Uint8Array<ArrayBuffer>]).stream());
        await runtime.close();
        expect(recordsOf(await exported(path))).toEqual(recordsOf(original));
        const shop = shopFunctions();
        const last = await openShop(shop, { store: sqliteStore(path) });
        expect(await totalOf(last, shop, accounts)).toBe(accounts * 100);
        await last.close({ drainMs: 0 });
      });
    },
    longMs,
  );

  it(
    "has it once, when the process is killed in the middle and the import is repeated",
    async () => {
      await withObjects(deployed, async (objects) => {
        let kills = 0;
        while (kills < 3) {
          const at = kills;
          const isKilled = importInto(objects, original, {
            size: 60,
            onPart: async (part) => {
              if (part !== at * 2 + 1) return;
              throw new Error("killed");
            },
          });
          await expect(isKilled).rejects.toThrow("killed");
          kills++;
          await objects.restart();
        }
        await importInto(objects, original, { size: 75 });
        await importInto(objects, original);
        expect(recordsOf(await exportOf(objects, original))).toEqual(recordsOf(original));
      });
    },
    longMs,
  );

  it(
    "goes into the objects that placement names, also where the platform has the digest of Node",
    async () => {
      const work = async (objects: Objects): Promise<void> => {
        await importInto(objects, original);
        const moved = await exportOf(objects, original, 4);
        expect(recordsOf(moved)).toEqual(recordsOf(original));
        const names = linesOf(moved).filter(({ kind }) => kind === "partition");
        const groups = Array.from({ length: 10 }, (_, group) => `group ${group}`);
        const own = ["statefun/dead-letter/", "statefun/egress/shop/audit"];
        expect(names.map(({ name }) => name)).toEqual([...groups, ...own]);
      };
      await withObjects({ ...deployed, GROUPED: "10" }, work, ["nodejs_compat"]);
    },
    longMs,
  );
});
