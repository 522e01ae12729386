import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createExportWriter } from "../../../src/export-format/writer.ts";
import { clientOf } from "../support/client.ts";
import { type Objects, startObjects } from "../support/objects.ts";
import { exportOf, importInto, linesOf } from "./client.ts";

let objects: Objects;
const { control, post, send } = clientOf(() => objects);
const deploy = async (bindings: Record<string, string>): Promise<void> => {
  await objects.stop();
  await objects.start(bindings);
};

beforeAll(async () => {
  objects = await startObjects(join(import.meta.dirname, "worker.ts"), { PAUSED: "no" });
}, 60_000);

afterAll(() => objects.close());

type Written = Parameters<ReturnType<typeof createExportWriter>["lines"]>[0][number];

/** An export with these records. */
function exportWith(...records: readonly object[]): Uint8Array {
  const writer = createExportWriter();
  const head = [
    { kind: "statefun-export", version: 1, engine: "memory", time: 1, functions: [] },
    { kind: "partition", name: "", lastNumber: 100 },
  ];
  const bytes = writer.lines([...head, ...records] as Written[]);
  return new Uint8Array(Buffer.concat([bytes, writer.end()]));
}

const text = (value: string) => ({
  type: "io.statefun.types/int",
  bytes: Buffer.from([13, value.length, 0, 0, 0]).toString("base64"),
});
const account = (id: string) => ({
  kind: "instance",
  function: "shop/account",
  id,
  states: { balance: text(id) },
});
const nothing = exportWith();

interface Alarm {
  readonly rang: number;
  readonly next: number | null;
}

describe("an application that runs", () => {
  it("is exported live alone, and imports nothing", async () => {
    await send("shop/account/1", "open");
    await expect(exportOf(objects, nothing)).rejects.toThrow(/^409 .*option paused/);
    const live = await exportOf(objects, nothing, 100, { live: "true" });
    expect(linesOf(live)).toContainEqual(expect.objectContaining({ id: "1" }));
    await expect(importInto(objects, exportWith(account("9")))).rejects.toThrow(/^409 .*paused/);
  });
});

describe("an application that is paused", () => {
  it("stores what is sent, runs it after the next deploy, and does not keep the platform busy", async () => {
    await deploy({ PAUSED: "yes" });
    await send("shop/account/2", "open");
    const of = exportWith({
      ...{ kind: "message", number: 1, message: text("") },
      to: { function: "shop/account", id: "2" },
    });
    const paused = linesOf(await exportOf(objects, of));
    expect(paused).toContainEqual(
      expect.objectContaining({ kind: "message", to: { function: "shop/account", id: "2" } }),
    );
    const alarm = () => control<Alarm>("alarm", { name: "shop/account/2" });
    await expect.poll(async () => (await alarm()).rang, { timeout: 30_000 }).toBe(1);
    await expect.poll(async () => (await alarm()).next, { timeout: 10_000 }).not.toBe(null);
    const { next } = await alarm();
    expect(Number(next)).toBeGreaterThan(Date.now() + 20_000);
    await deploy({ PAUSED: "no" });
    expect((await post("shop/account/2", "ask", { prefer: "wait=20" })).status).toBe(200);
  }, 60_000);

  it("refuses what is there already, before it changes anything, unless it is replaced", async () => {
    await deploy({ PAUSED: "yes" });
    const both = exportWith(account("1"), account("30"));
    await expect(importInto(objects, both)).rejects.toThrow(
      /^409 .*line 3 of the export: shop\/account \\"1\\" is here already/,
    );
    expect(linesOf(await exportOf(objects, nothing))).not.toContainEqual(
      expect.objectContaining({ id: "30" }),
    );
    await importInto(objects, both, { replace: true });
    expect(linesOf(await exportOf(objects, nothing))).toContainEqual(
      expect.objectContaining({
        id: "1",
        states: { balance: expect.objectContaining({ value: 1 }) },
      }),
    );
  }, 60_000);

  it("refuses lines that are wrong, and names them", async () => {
    const pause = { kind: "pause", function: "shop/account", since: 1, who: "ann" };
    const position = { kind: "position", source: "kafka/0", position: "7" };
    const own = { ...account("1"), function: "statefun/directory" };
    const key = {
      ...{ kind: "key", number: 1, to: { function: "shop/account", id: "40" } },
      ...{ key: "k", digest: "d", expiresAt: 9e12 },
    };
    for (const [line, what] of [
      [pause, "501 .*line 3 of the export: .*paused as a whole"],
      [position, "501 .*line 3 of the export: .*kafka/0"],
      [own, "400 .*line 3 of the export: .*reserved"],
    ] as const) {
      await expect(importInto(objects, exportWith(line))).rejects.toThrow(new RegExp(what));
    }
    const twice = exportWith(key, { ...key, number: 2 });
    for (const size of [1, 10]) {
      await expect(importInto(objects, twice, { size })).rejects.toThrow(
        /^409 .*line 4 of the export: idempotency key \\"k\\" of shop\/account \\"40\\" is here already/,
      );
    }
  });
});

describe("an application without a directory", () => {
  it("is exported by a list of addresses", async () => {
    await deploy({ PAUSED: "yes", DIRECTORY: "no" });
    const response = await fetch(`${objects.url()}/admin/export`);
    expect([response.status, await response.text()]).toEqual([
      501,
      expect.stringContaining("POST"),
    ]);
    const of = exportWith({
      ...{ kind: "message", number: 1, message: text("") },
      to: { function: "shop/account", id: "30" },
    });
    const lines = linesOf(await exportOf(objects, of));
    expect(lines.filter(({ kind }) => kind === "instance").map(({ id }) => id)).toEqual(["30"]);
  }, 60_000);
});
