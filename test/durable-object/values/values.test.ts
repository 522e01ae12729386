import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Objects, startObjects } from "../support/objects.ts";

let objects: Objects;

beforeAll(async () => {
  objects = await startObjects(join(import.meta.dirname, "worker.ts"));
});

afterAll(() => objects.close());

interface Verdict {
  readonly name: string;
  readonly isRefused: boolean;
  readonly read: number;
  readonly received: number;
  readonly isRight: boolean;
}

const asked = async (path: string): Promise<unknown> => {
  const response = await fetch(`${objects.url()}${path}`);
  expect(response.status).toBe(200);
  return response.json();
};
const verdicts = async () => (await asked("/test/verdicts")) as readonly Verdict[];
const readAll = async (times: number) => (await verdicts()).every(({ read }) => read === times);
const until = { timeout: 60_000, interval: 200 };

it("an odd value in a state and in a message is given back, or its message is given up at once", async () => {
  await asked("/test/store");
  await expect.poll(() => readAll(1), until).toBe(true);
  await asked("/test/read");
  await expect.poll(() => readAll(2), until).toBe(true);
  const list = await verdicts();
  const refused = list.filter(({ isRefused }) => isRefused);
  expect(list.length).toBeGreaterThan(60);
  const letters = async () => Object(await asked("/admin/dead-letters?limit=1000")).deadLetters;
  await expect.poll(async () => (await letters()).length, until).toBe(refused.length * 2);
  for (const { error, attempts } of await letters()) {
    expect([error.code, attempts]).toEqual(["value_invalid", 1]);
  }
  for (const { name, isRefused, received, isRight } of await verdicts()) {
    expect([name, received, isRight]).toEqual([name, isRefused ? 0 : 1, true]);
  }
}, 120_000);
