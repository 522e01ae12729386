import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Objects, startObjects } from "../support/objects.ts";

let objects: Objects;

beforeAll(async () => {
  objects = await startObjects(join(import.meta.dirname, "worker.ts"));
});

afterAll(() => objects.close());

async function control(what: string, query: Record<string, string>): Promise<unknown> {
  const response = await fetch(`${objects.url()}/test/${what}?${new URLSearchParams(query)}`);
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text);
}

async function timersOf(id: string): Promise<readonly { readonly atMs: number }[]> {
  const response = await fetch(`${objects.url()}/admin/instances/iso/far/${id}`);
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return (JSON.parse(text) as { timers: { atMs: number }[] }).timers;
}

const year = 31_536_000_000;
const waits: readonly number[] = [2 ** 31 - 1, 2 ** 31, year, 7.5e12, 3e13, 8.63e15];

describe.for(waits)("a delay of %i ms", (delayMs) => {
  it("is taken from a function, and the object goes on, also after it has ended", async () => {
    const id = `inside-${delayMs}`;
    const object = `iso/far/${id}`;
    expect(await control("far", { id, inside: String(delayMs) })).toBe(1);
    expect(await control("far", { id })).toBe(2);
    expect(await control("end", { object })).toBe("ended");
    expect(await control("far", { id })).toBe(3);
    const [timer, ...others] = await timersOf(id);
    expect(others).toEqual([]);
    expect(timer?.atMs).toBeGreaterThan(Date.now() + delayMs - 60_000);
    expect(await control("alarm", { object })).toBeLessThanOrEqual(6.9e12);
    await control("wake", { object });
    expect(await control("far", { id })).toBe(4);
  });

  it("is taken from outside, and the object goes on, also after it has ended", async () => {
    const id = `outside-${delayMs}`;
    expect(await control("far", { id, ms: String(delayMs) })).toBe(1);
    // Where it is going to.
    expect(await timersOf(id)).toHaveLength(1);
    expect(await control("end", { object: `iso/far/${id}` })).toBe("ended");
    expect(await control("far", { id })).toBe(2);
  });
});

describe.for([0, 1, 2_100])("a delay of %i ms", (delayMs) => {
  it("is over so much later", async () => {
    const id = `short-${delayMs}`;
    expect(await control("far", { id, inside: String(delayMs) })).toBe(1);
    await expect.poll(() => timersOf(id), { interval: 100 }).toEqual([]);
    // The first one, what it sent itself, and this one.
    expect(await control("far", { id })).toBe(3);
  });
});
