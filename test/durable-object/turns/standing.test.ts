import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Objects, startObjects } from "../support/objects.ts";
import { clientOf } from "./client.ts";

/** As the platform has it, and workerd in development has not: time stands still while code runs. */
let objects: Objects;
const { crowd, control, post, count, commits, othersAnswered, close } = clientOf(() =>
  objects.url(),
);

beforeAll(async () => {
  objects = await startObjects(join(import.meta.dirname, "worker.ts"), { STANDING: "yes" });
  await control("measure");
});

afterAll(async () => {
  close();
  await objects.close();
});

const messages = 600;

it("a function that waits for others does not lose the windows that its messages share", async () => {
  const path = "turns/waiting/many";
  await control("begin");
  expect(await crowd(path, 400)).toEqual(new Set([202]));
  await expect.poll(() => count(path), { timeout: 50_000, interval: 250 }).toBe(400);
  expect((await commits()).count).toBeLessThanOrEqual(60);
});

describe.for(["sync", "async"])("functions that are %s, by a clock that stands", (kind) => {
  it.for<{ what: string; text: string }>([
    { what: "one that sends the next", text: `burn 3 ${messages}` },
    { what: "all of them at once", text: `scatter 3 ${messages}` },
  ])(
    "commit 600 messages of 3 ms, $what, in parts of 300 ms",
    { timeout: 120_000 },
    async (one) => {
      await control("begin");
      const path = `turns/${kind}/${one.text.split(" ")[0]}`;
      expect(await post(path, one.text)).toBe(202);
      await othersAnswered(2);
      expect(await count(path)).toBeLessThan(messages);
      await expect
        .poll(() => count(path), { timeout: 100_000, interval: 250 })
        .toBeGreaterThanOrEqual(messages);
      const { most } = await commits();
      expect(most).toBeLessThanOrEqual(100);
    },
  );

  it("share windows as they do by one that runs", async () => {
    await control("begin");
    const path = `turns/${kind}/many`;
    expect(await crowd(path, 2_000)).toEqual(new Set([202]));
    await expect.poll(() => count(path)).toBe(2_000);
    expect((await commits()).count).toBeLessThanOrEqual(200);
  });
});
