import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime, memoryStore, type Runtime, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { createTestRuntime } from "statefun/testing";
import { afterEach, describe, expect, it } from "vitest";
import { readExport } from "../../src/export-format/reader.ts";
import type { ExportLine } from "../../src/export-format/records.ts";
import { admin, cart, fill, functions, shop } from "./shop.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "statefun-export-"));
  ends.push(() => rmSync(folder, { recursive: true }));
  return join(folder, "shop.db");
}

async function started(store: Store): Promise<Runtime> {
  const runtime = await createRuntime({ ...shop, store });
  ends.push(() => runtime.close());
  return runtime;
}

async function linesOf(stream: ReadableStream<Uint8Array>): Promise<ExportLine[]> {
  const lines: ExportLine[] = [];
  for await (const { line } of readExport(stream)) lines.push(line);
  return lines;
}

const ofKind = <K extends ExportLine["kind"]>(lines: readonly ExportLine[], kind: K) =>
  lines.filter((line): line is Extract<ExportLine, { kind: K }> => line.kind === kind);

const stores = [
  ["memory", () => memoryStore()],
  ["sqlite", () => sqliteStore(newFile(), { durability: "normal" })],
] as const;

describe.each(stores)("an export of a store in %s", (engine, newStore) => {
  it("has everything that there is, readable where its type is bound", async () => {
    const runtime = await started(newStore());
    await fill(runtime, 300);
    const lines = await linesOf(runtime.export());
    const [header, partition] = lines;
    expect(header).toMatchObject({
      engine,
      functions: [
        {
          typename: "shop/cart",
          states: [
            { name: "items", type: "shop/Items" },
            { name: "seen", type: "io.statefun.types/int" },
            { name: "picture", type: "shop/Picture" },
          ],
        },
        { typename: "shop/stock", states: [] },
      ],
    });
    expect(partition).toMatchObject({ kind: "partition", name: "" });
    expect(lines.at(-1)).toMatchObject({
      counts: {
        ...{ partitions: 1, pauses: 1, instances: 302, messages: 1, timers: 2 },
        ...{ deadLetters: 2, positions: 0 },
      },
    });
    const instances = ofKind(lines, "instance");
    expect(instances.find(({ id }) => id === "x")?.states).toMatchObject({
      items: { type: "shop/Items", value: ["later", "lost", "picture", "milk"] },
      seen: { value: 4, expiresAt: expect.any(Number) },
      picture: { type: "shop/Picture", bytes: "AP8=" },
    });
    expect(instances.at(-1)?.id).toBe("🍵 \0");
    expect(ofKind(lines, "message")).toMatchObject([
      {
        to: { function: "shop/stock", id: "s" },
        message: { value: "wait", headers: [{ key: "from" }] },
      },
    ]);
    expect(ofKind(lines, "timer")).toMatchObject([
      { token: "t", from: { id: "x" }, message: { value: "tea" } },
      { to: { function: "shop/stock" }, message: { value: "delayed" } },
    ]);
    expect(ofKind(lines, "dead-letter")).toMatchObject([
      { egress: "shop/unbound", message: { value: "lost" } },
      { code: "non_retryable", message: { value: "bad" } },
    ]);
    const keys = ofKind(lines, "key");
    expect(keys.find(({ key }) => key === "call")?.outcome).toMatchObject({
      kind: "reply",
      value: { value: 4 },
    });
    expect(keys.map(({ key }) => key)).toContain("send");
    // Those of the shop, and what the operator did.
    const egresses = new Set(ofKind(lines, "record").map((record) => record.egress));
    expect(egresses).toEqual(new Set(["shop/sold", "statefun/activity"]));
    expect(ofKind(lines, "pause")).toMatchObject([{ function: "shop/stock" }]);
  });

  it("is the same each time but for its header, while nothing happens", async () => {
    const runtime = await started(newStore());
    await fill(runtime, 20);
    const [one, other] = await Promise.all([linesOf(runtime.export()), linesOf(runtime.export())]);
    expect(one).toEqual(other);
    const bare = await linesOf(runtime.export({ values: false }));
    expect(JSON.stringify(bare)).not.toContain('"value":"tea"');
    expect(bare.at(-1)).toMatchObject({ counts: Object(one.at(-1)).counts });
  });

  it("is as of one moment, while messages are handled", async () => {
    const runtime = await started(newStore());
    await fill(runtime, 2_000);
    const reader = runtime.export().getReader();
    const first = await reader.read();
    const pieces = [first.value ?? new Uint8Array(0)];
    // Each piece comes after work of others.
    for (let index = 0; ; index++) {
      await runtime.send(cart.at(`c${index}`), "more");
      await runtime.send(cart.at(`new${index}`), "more");
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
    }
    expect(pieces.length).toBeGreaterThan(8);
    const text = Buffer.concat(pieces).toString();
    expect(text).not.toContain("more");
    const lines = await linesOf(new Blob([text]).stream());
    expect(lines.at(-1)).toMatchObject({ counts: { instances: 2_002 } });
  });

  it("ends when it is cancelled, and when the runtime closes", async () => {
    const runtime = await started(newStore());
    await fill(runtime, 1_000);
    const reader = runtime.export().getReader();
    await reader.read();
    await reader.cancel();
    const unread = runtime.export();
    const begun = runtime.export().getReader();
    await begun.read();
    await runtime.close();
    await expect(begun.read()).rejects.toMatchObject({ code: "draining" });
    await expect(unread.getReader().read()).rejects.toMatchObject({ code: "draining" });
  });
});

it("leaves out what has expired", async () => {
  const runtime = await createTestRuntime(functions);
  ends.push(() => runtime.close());
  await runtime.call(cart.at("x"), "cup", { idempotencyKey: "k" });
  const before = await linesOf(runtime.export());
  expect(ofKind(before, "instance")[0]?.states).toHaveProperty("seen");
  await runtime.advance(61_000);
  // The time of an export is that of the last window.
  await runtime.send(cart.at("y"), "cup");
  const after = await linesOf(runtime.export());
  expect(Object.keys(ofKind(after, "instance")[0]?.states ?? {})).toEqual(["items"]);
});

it("refuses options that it does not have", async () => {
  const runtime = await started(memoryStore());
  expect(() => runtime.export({ value: true } as object)).toThrow('have no "value"');
  expect(() => runtime.export({ values: 1 } as object)).toThrow("values must be true or false");
});

it("leaves the file whole and alone: a runtime closes in the middle of an export", async () => {
  const file = newFile();
  const first = await createRuntime({ ...shop, store: sqliteStore(file) });
  await fill(first, 1_000);
  const reader = first.export().getReader();
  await reader.read();
  await first.close();
  const second = await started(sqliteStore(file));
  expect((await second.instance(cart.at("c7"))).state.items).toEqual(["tea"]);
});

describe("GET /admin/export", () => {
  it("streams the same", async () => {
    const runtime = await started(memoryStore());
    await fill(runtime, 30);
    const response = await admin(runtime, "/export");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    const bytes = await response.bytes();
    expect(bytes).toEqual(await new Response(runtime.export()).bytes());
    const bare = await (await admin(runtime, "/export?values=false")).bytes();
    expect(bare).toEqual(await new Response(runtime.export({ values: false })).bytes());
    const head = await admin(runtime, "/export", "HEAD");
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect((await admin(runtime, "/export?values=no")).status).toBe(400);
  });

  it("is for operators who may write: it has keys, and everything else at once", async () => {
    const roles = { authenticate: (request: Request) => ({ who: "ann", role: roleIn(request) }) };
    const roleIn = (request: Request) =>
      request.headers.get("authorization") === "w" ? ("write" as const) : ("read" as const);
    const runtime = await createRuntime({ ...shop, http: { admin: roles } });
    ends.push(() => runtime.close());
    const ask = (authorization: string) =>
      runtime.fetch(new Request("http://localhost/admin/export", { headers: { authorization } }));
    const refused = await ask("r");
    expect([refused.status, await refused.text()]).toEqual([
      403,
      expect.stringContaining('needs the role \\"write\\"'),
    ]);
    expect((await ask("w")).status).toBe(200);
  });

  it("runs at most four times at once, and counts one no more that is given up", async () => {
    const runtime = await started(memoryStore());
    await fill(runtime, 600);
    const all = await Promise.all(Array.from({ length: 4 }, () => admin(runtime, "/export")));
    expect((await admin(runtime, "/export")).status).toBe(503);
    await all[0]?.body?.cancel();
    const next = await admin(runtime, "/export");
    expect(next.status).toBe(200);
    for (const one of [...all.slice(1), next]) await one.text();
    expect((await admin(runtime, "/export")).status).toBe(200);
  });
});
