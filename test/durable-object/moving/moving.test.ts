import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteStore } from "statefun/sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fillShop, openShop, shopFunctions } from "../../moving/support/shop.ts";
import { type Objects, startObjects } from "../support/objects.ts";
import { exportOf, importInto, linesOf, recordsOf } from "./client.ts";

const accounts = Number(process.env["STATEFUN_MOVED"] ?? 200);
const worker = join(import.meta.dirname, "worker.ts");
const folder = mkdtempSync(join(tmpdir(), "statefun-moving-"));
let original: Uint8Array;

async function exported(path: string, paused: boolean): Promise<Uint8Array> {
  const runtime = await openShop(shopFunctions(), { store: sqliteStore(path), paused });
  const bytes = await new Response(runtime.export()).bytes();
  await runtime.close();
  return bytes;
}

beforeAll(async () => {
  const path = join(folder, "shop.db");
  await fillShop(sqliteStore(path), accounts);
  original = await exported(path, true);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a shop that moves to Durable Objects and back", () => {
  let objects: Objects;
  beforeAll(async () => {
    objects = await startObjects(worker, { PAUSED: "yes" });
  }, 60_000);
  afterAll(() => objects.close());

  it("has everything that it had", async () => {
    await importInto(objects, original);
    const moved = await exportOf(objects, original);
    expect(recordsOf(moved)).toEqual(recordsOf(original));
    const path = join(folder, "back.db");
    const runtime = await openShop(shopFunctions(), { store: sqliteStore(path), paused: true });
    await runtime.import(new Response(moved as Uint8Array<ArrayBuffer>).body ?? [] as never);
    await runtime.close();
    expect(recordsOf(await exported(path, true))).toEqual(recordsOf(original));
    expect(linesOf(moved).filter(({ kind }) => kind === "partition").length).toBeGreaterThan(accounts);
  }, 120_000);
});
