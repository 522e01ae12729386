import { afterAll, beforeAll, expect, it } from "vitest";
import type { Objects } from "../support/objects.ts";
import { edgesOf, startEdges } from "./client.ts";

/** Each alarm is a request and a row: what no alarm can help must not cost them every few seconds, for ever. */
let objects: Objects;
const { control, send, deadLetters } = edgesOf(() => objects);

beforeAll(async () => {
  objects = await startEdges();
});

afterAll(() => objects.close());

const untilAlarm = async (id: string) => Number(await control("alarm", { id })) - Date.now();

/** Runs its alarm until nothing of what was done lately has one of its own: not as often as every few seconds for long. */
async function rested(id: string): Promise<number> {
  let ms = 0;
  for (let wakes = 0; wakes < 8 && ms < 600_000; wakes++) {
    await control("wake", { id });
    ms = await untilAlarm(id);
  }
  return ms;
}

it("messages to a function that is not bound wake their object once an hour", async () => {
  const id = "edge/unbound/u";
  await send("edge/sender/s", "unbound u");
  // After the half minute that every window has.
  await expect.poll(() => untilAlarm(id)).toBeGreaterThan(0);
  for (const _ of [1, 2]) {
    expect(await rested(id)).toBeGreaterThan(3_500_000);
    expect(await untilAlarm(id)).toBeLessThanOrEqual(3_600_000);
    // Opened anew, it has a window that says so.
    expect(await control("end", { id })).toBe("ended");
  }
});

it("and one that has a timer too, for that", async () => {
  await send("edge/sender/group-s", "unbound group-u");
  await send("edge/sender/group-s", "unbound-later group-u");
  await expect.poll(() => untilAlarm("group")).toBeGreaterThan(0);
  expect(await rested("group")).toBeGreaterThan(1_700_000);
  expect(await untilAlarm("group")).toBeLessThanOrEqual(1_800_000);
});

it("dead letters do too, where the platform gives their object no name", async () => {
  await objects.start({ NAMELESS: "yes" });
  const id = "statefun/dead-letter/";
  await send("edge/heavy/nameless", "late 1");
  await expect.poll(async () => (await deadLetters()).length).toBe(1);
  expect(await rested(id)).toBeGreaterThan(3_500_000);
});

it("a message that waits to be tried again wakes its object for that", async () => {
  const id = "edge/again/a";
  await send("edge/again/a", 1);
  await expect.poll(() => control("tried")).toBe(1);
  await control("wake", { id });
  expect(await untilAlarm(id)).toBeGreaterThan(9_000);
});
