import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { type Objects, startObjects } from "../support/objects.ts";
import { edgesOf } from "./client.ts";

let objects: Objects;
const { control, call, send } = edgesOf(() => objects);

afterEach(() => objects.close());

const start = async (bindings: Record<string, string>, compatibilityDate = "2026-07-01") => {
  const entry = join(import.meta.dirname, "worker.ts");
  objects = await startObjects(entry, bindings, { compatibilityDate });
};

const tables = (id: string) => control<readonly string[]>("tables", { id: `edge/sender/${id}` });

/** A message that is due in an object which nobody has spoken to in its new life. */
async function firesByItsAlarmAlone(id: string, counted: string): Promise<void> {
  await objects.restart();
  // One of them by each question.
  let asked = await call(`edge/counted/${counted}`, "ask");
  const others = async () => (await call(`edge/counted/${counted}`, "ask")) - ++asked;
  await expect.poll(others, { interval: 300 }).toBe(1);
  expect((await tables(id)).filter((name) => name.startsWith("_cf_K"))).toEqual([]);
}

const long = "l".repeat(1_100);

it.for([
  { what: "that the platform tells", id: "told", bindings: {} },
  { what: "of more than 1,024 bytes", id: long, bindings: {} },
  { what: "that the platform tells nowhere", id: "nameless", bindings: { NAMELESS: "yes" } },
])("an object knows its name, $what, and has no row for it", async ({ id, bindings }) => {
  await start(bindings);
  await send(`edge/sender/${id}`, "later due");
  await firesByItsAlarmAlone(id, "due");
});

it("an object of the oldest compatibility date does too", async () => {
  await start({}, "2024-04-03");
  await send("edge/sender/old", "later due");
  await firesByItsAlarmAlone("old", "due");
});

it("an object that is found by its id as a text does too, and ids of messages do not have its name", async () => {
  await start({});
  const receipt = await control<{ value: { id: string } }>("by-text", {
    id: "text",
    text: "later due",
  });
  expect(receipt.value.id).toMatch(/^[a-z0-9]{28}-\d+$/);
  await firesByItsAlarmAlone("text", "due");
});

it("an object whose name an earlier version has kept by itself is opened by its alarm", async () => {
  await start({});
  await send("edge/sender/kept", "later due");
  await control("keep-name", { id: "edge/sender/kept" });
  await objects.stop();
  await objects.start({ NAMELESS: "yes" });
  let asked = await call("edge/counted/due", "ask");
  const others = async () => (await call("edge/counted/due", "ask")) - ++asked;
  await expect.poll(others, { interval: 300 }).toBe(1);
});
