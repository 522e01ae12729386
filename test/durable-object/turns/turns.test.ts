import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Objects, startObjects } from "../support/objects.ts";
import { clientOf } from "./client.ts";

let objects: Objects;
const { crowd, control, post, count, commits, othersAnswered, close } = clientOf(() =>
  objects.url(),
);

beforeAll(async () => {
  objects = await startObjects(join(import.meta.dirname, "worker.ts"));
});

afterAll(async () => {
  close();
  await objects.close();
});

describe.for(["sync", "async"])("functions that are %s", (kind) => {
  it.for<{ what: string; id: string; text: string }>([
    { what: "a function that sends to itself", id: "self-0", text: "self" },
    { what: "a ring of ten", id: "ring-0", text: "ring 10" },
    { what: "two that answer each other", id: "one", text: "pair two" },
  ])("$what goes on for ever, and others are answered", async (one) => {
    await control("go");
    try {
      expect(await post(`turns/${kind}/${one.id}`, one.text)).toBe(202);
      // It would have no end, and neither would the first of these.
      await othersAnswered();
      expect(await count(`turns/${kind}/${one.id}`)).toBeGreaterThan(10);
    } finally {
      await control("stop");
    }
  });

  it("sends to each of 1,000 new objects, and others are answered", async () => {
    expect(await post(`turns/${kind}/fan`, "fan 1000")).toBe(202);
    await othersAnswered(3);
    const last = () => count(`turns/${kind}/fan-999`);
    expect(await last()).toBe(0);
    await expect.poll(last, { interval: 200 }).toBe(1);
  });

  it("5,000 sends at one time share windows", async () => {
    await wait(500);
    await control("begin");
    const path = `turns/${kind}/many`;
    expect(await crowd(path, 5_000)).toEqual(new Set([202]));
    await expect.poll(() => count(path)).toBe(5_000);
    // Measured: 30 of them, and 5,005 before sends shared windows.
    expect((await commits()).count).toBeLessThanOrEqual(200);
  });
});
