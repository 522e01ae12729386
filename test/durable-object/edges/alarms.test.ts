import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Objects } from "../support/objects.ts";
import { edgesOf, startEdges } from "./client.ts";

let objects: Objects;
const { asked, control, send, deadLetters } = edgesOf(() => objects);

beforeAll(async () => {
  objects = await startEdges();
});

afterAll(() => objects.close());

it.for([-86_400_000, -1, 0, 1])(
  "an alarm that is set within an alarm, %i ms after now, is not lost",
  async (ms) => {
    const id = `edge/rings/${ms}`;
    await control("ring", { id, ms: String(ms) });
    await expect.poll(() => control("rings", { id })).toBe(6);
  },
);

it("an alarm that goes off before its time is set again for what is due later", async () => {
  const id = "edge/sender/early";
  await send("edge/sender/early", "tomorrow group-tomorrow");
  const untilAlarm = async () => Number(await control("ring-early", { id })) - Date.now();
  // The one of the window first, then that of the timer itself, however often it goes off.
  for (let rings = 0; rings < 3; rings++) {
    const ms = await untilAlarm();
    expect(ms).toBeGreaterThan(86_300_000);
    expect(ms).toBeLessThanOrEqual(86_400_000);
  }
});

it("steady traffic keeps nothing from ending that waits for more than two seconds: a retry, a link, a timer", async () => {
  const countOf = async (id: string) => {
    const { state } = await asked<{ state: { count?: { value: number } } }>(
      `/admin/instances/edge/counted/${id}`,
    );
    return state.count?.value ?? 0;
  };
  await send("edge/flaky/group-1", 1);
  await send("edge/sender/group-1", "send down");
  await send("edge/sender/group-1", "later group-timer");
  let sent = 0;
  const ends = async () => {
    // Each is a window of the object that waits.
    await send("edge/counted/group-traffic", "more");
    sent++;
    return [await control("flaky"), await countOf("down"), await countOf("group-timer")];
  };
  await expect.poll(ends, { interval: 250 }).toEqual([2, 1, 1]);
  expect(await countOf("group-traffic")).toBe(sent);
});

it("dead letters of an egress go out when a deploy has bound it, and nobody opens their object", async () => {
  const id = "statefun/dead-letter/";
  expect(await control("alarm", { id })).toBe(null);
  await send("edge/heavy/group-late", "late 3");
  await expect.poll(async () => (await deadLetters()).length).toBe(3);
  const alarm = async () => Number(await control("alarm", { id })) - Date.now();
  // What is left of an hour, after the half minute of its messages.
  await expect.poll(alarm).toBeGreaterThan(0);
  expect(await alarm()).toBeLessThanOrEqual(3_600_000);
  await control("wake", { id });
  expect(await alarm()).toBeGreaterThan(3_500_000);
  expect(await alarm()).toBeLessThanOrEqual(3_600_000);
  await objects.start({ LATE: "yes" });
  // As its alarm does, at latest an hour later.
  await control("wake", { id });
  await expect.poll(() => control("delivered")).toEqual(["late 0", "late 1", "late 2"]);
  expect(await deadLetters()).toEqual([]);
});

describe("the signal of a send", () => {
  it("ends the waiting with its reason", async () => {
    const { end, ms } = await control<{ end: string; ms: number }>("abort", {
      id: "slow",
      ms: "300",
    });
    expect(end).toMatch(/TimeoutError/);
    // The send itself takes a minute.
    expect(ms).toBeLessThan(50_000);
  });

  it("changes nothing for one that is done before", async () => {
    expect(await control("abort", { id: "quick", ms: "5000" })).toMatchObject({ end: "taken" });
  });
});
