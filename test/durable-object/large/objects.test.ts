import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Objects } from "../support/objects.ts";
import { largeOf, startLarge } from "./client.ts";

let objects: Objects;
const { control, post, send, text, count } = largeOf(() => objects);

beforeAll(async () => {
  objects = await startLarge();
});

afterAll(() => objects.close());

const rowsRead = (id: string) => control<number>("rows-read", { id });
const stored = (id: string) => control<number>("stored", { id });

describe("an object with 10,000 timers", () => {
  it("runs, is opened again, and has an alarm for the first of them", async () => {
    const delayMs = 3_600_000;
    await send("large/timers/many", `10000 ${delayMs}`);
    await send("large/counted/many", "now");
    expect(await count("many")).toBe(1);
    await objects.restart();
    const from = Date.now();
    expect(await count("many")).toBe(1);
    expect(Date.now() - from).toBeLessThan(5_000);
    const opened = await rowsRead("many");
    await send("large/counted/many", "again");
    expect(await count("many")).toBe(2);
    // What waits for its time costs nothing from then on.
    expect((await rowsRead("many")) - opened).toBeLessThan(100);
    const alarm = await control<number>("alarm", { id: "many" });
    expect(alarm).toBeLessThan(Date.now() + delayMs);
  });

  it("fires all of them when they are due, over an end of its process", async () => {
    await send("large/timers/due", "10000 2000");
    await objects.restart();
    await expect.poll(() => count("due"), { interval: 200 }).toBe(10_000);
  });
});

describe("an object with 1,000 links", () => {
  it("sends on each of them, is opened again, and goes on", { timeout: 120_000 }, async () => {
    await send("large/fan/fan", "0 1000");
    const last = async () => (await Promise.all([count("leaf-0"), count("leaf-999")])).join();
    await expect.poll(last, { timeout: 60_000 }).toBe("1,1");
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await objects.restart();
    const from = Date.now();
    await send("large/fan/fan", "999 2");
    expect(Date.now() - from).toBeLessThan(5_000);
    // It reads each link when it is opened, and looks whether something waits on it.
    expect(await rowsRead("fan")).toBeLessThan(4_000);
    await expect.poll(() => count("leaf-999")).toBe(2);
    await expect.poll(() => count("leaf-1000")).toBe(1);
    expect(await count("leaf-0")).toBe(1);
  });
});

describe("a state of 16 MiB", () => {
  const largest = 16_777_216;

  it("is written, read after an end, changed, and removed with its object's storage", async () => {
    expect(await text("large/state/one", largest)).toBe(`${largest} ${largest % 251}`);
    await objects.restart();
    expect(await text("large/state/one", -1)).toBe(`${largest} ${largest % 251}`);
    expect(await text("large/state/one", largest - 1)).toBe(
      `${largest - 1} ${(largest - 1) % 251}`,
    );
    await objects.restart();
    expect(await text("large/state/one", -1)).toBe(`${largest - 1} ${(largest - 1) % 251}`);
    expect(await stored("one")).toBeGreaterThan(largest);
    expect(await text("large/state/one", 0)).toBe("undefined undefined");
    expect(await stored("one")).toBeLessThan(20_000);
  });

  it("that has a byte more is refused", async () => {
    const response = await post("large/state/more", largest + 1, { prefer: "wait=20" });
    expect(await response.text()).toContain('"cause":{"code":"limit_exceeded"}');
    expect(response.status).toBe(422);
  });
});
