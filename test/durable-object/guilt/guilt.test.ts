import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Objects, startObjects } from "../support/objects.ts";

let objects: Objects;

beforeAll(async () => {
  objects = await startObjects(join(import.meta.dirname, "worker.ts"));
});

afterAll(() => objects.close());

async function asked<T>(path: string): Promise<T> {
  const response = await fetch(`${objects.url()}${path}`);
  return (await response.json()) as T;
}

const runs = (name: string) => asked<number>(`/test/runs?${new URLSearchParams({ name })}`);

async function send(path: string, key: string, text = "x"): Promise<number> {
  const headers = {
    "content-type": "application/json",
    "statefun-type": "io.statefun.types/string",
    "idempotency-key": key,
  };
  const init = { method: "POST", headers, body: JSON.stringify(text) };
  const response = await fetch(`${objects.url()}/functions/${path}`, init);
  await response.body?.cancel();
  return response.status;
}

async function deadIds(): Promise<string[]> {
  const { deadLetters } = await asked<{ deadLetters: { address: { id: string } }[] }>(
    "/admin/dead-letters?limit=100",
  );
  return deadLetters.map(({ address }) => address.id);
}

it("a message that ends its object is given up, though its sender repeats it", async () => {
  const end = Date.now() + 80_000;
  while (!(await deadIds()).includes("outside") && Date.now() < end) {
    await send("guilt/deadly/outside", "one");
    await wait(50);
  }
  expect(await deadIds()).toContain("outside");
  expect(await runs("guilt/deadly/outside")).toBeLessThanOrEqual(20);
  expect(await send("guilt/deadly/outside", "one")).toBe(202);
}, 100_000);

it("so is one that another object sends again and again", async () => {
  expect(await send("guilt/sender/a", "two", "linked")).toBe(202);
  await expect.poll(deadIds, { timeout: 150_000, interval: 500 }).toContain("linked");
  expect(await runs("guilt/deadly/linked")).toBeLessThanOrEqual(20);
}, 180_000);

it("one that waits is not, however often a deploy ends its object", async () => {
  const name = "guilt/slow/a";
  expect(await send(name, "three")).toBe(202);
  for (let deploys = 1; deploys <= 20; deploys++) {
    expect(await asked(`/test/end?${new URLSearchParams({ name })}`)).toBe("ended");
    // Whoever speaks to it wakes it.
    await asked(`/admin/instances/${name}`);
    await expect.poll(() => runs(name)).toBe(deploys + 1);
    await wait(400);
  }
  const count = async () =>
    (await asked<{ state: { count?: { value: number } } }>(`/admin/instances/${name}`)).state.count
      ?.value;
  await expect.poll(count).toBe(1);
  expect(await deadIds()).not.toContain("a");
});
