import { afterAll, beforeAll, expect, it } from "vitest";
import type { Objects } from "../support/objects.ts";
import { type StorageFiles, storageFiles } from "../support/storage-files.ts";
import { edgesOf, startEdges } from "./client.ts";

let objects: Objects;
let files: StorageFiles;
const { control, call, post } = edgesOf(() => objects);

beforeAll(async () => {
  objects = await startEdges();
  files = storageFiles(() => objects);
});

afterAll(async () => {
  files.remove();
  await objects.close();
});

async function copy(from: string, to: string): Promise<void> {
  const [source, target] = await Promise.all(
    [from, to].map((id) => control<string>("object", { id })),
  );
  await objects.stop();
  files.restore(files.snapshot(source ?? ""), target ?? "");
  await objects.start();
}

const long = "l".repeat(2_000);

it.for<{ what: string; from: string; to: string }>([
  { what: "an address", from: "one", to: "other" },
  { what: "a name that the platform does not tell", from: `a${long}`, to: `b${long}` },
])(
  "the storage of one object is refused in another one: $what",
  { timeout: 120_000 },
  async ({ from, to }) => {
    expect(await call(`edge/counted/${from}`, "ask")).toBe(1);
    expect(await call(`edge/counted/${to}`, "ask")).toBe(1);
    await copy(`edge/counted/${from}`, `edge/counted/${to}`);
    const refused = await post(`edge/counted/${to}`, "ask", { prefer: "wait=5" });
    expect(refused.status).toBe(500);
    expect(await refused.json()).toMatchObject({ error: { code: "misconfigured" } });
    expect(await control("call", { id: to })).toMatch(
      /misconfigured: .*is a copy of the storage of another object/,
    );
    expect(await call(`edge/counted/${from}`, "ask")).toBe(2);
  },
);

it("storage that is refused is not looked at again every few seconds", async () => {
  expect(await call("edge/counted/first", "ask")).toBe(1);
  expect(await call("edge/counted/second", "ask")).toBe(1);
  await copy("edge/counted/first", "edge/counted/second");
  const id = "edge/counted/second";
  await control("wake", { id });
  const untilAlarm = Number(await control("alarm", { id })) - Date.now();
  expect(untilAlarm).toBeGreaterThan(500_000);
});

it("the storage of an object is taken again under its own name", async () => {
  expect(await call("edge/counted/same", "ask")).toBe(1);
  await objects.restart();
  expect(await call("edge/counted/same", "ask")).toBe(2);
});
