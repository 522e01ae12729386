import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Objects } from "../support/objects.ts";
import { largeOf, startLarge } from "./client.ts";

const size = 1_000_000;
const timeout = 300_000;
/** 32 MiB, and one message more than fits. */
const mostWaiting = Math.ceil(33_554_432 / size);

describe.for([
  { senders: 1, each: 299, mostMegabytes: 64 },
  // These have an RPC of 1 MB each on its way at the same time, and are all in one isolate here.
  { senders: 23, each: 13, mostMegabytes: 110 },
])("299 MB of $senders for one slow object", ({ senders, each, mostMegabytes }) => {
  let objects: Objects;
  const { control, send, text, count, waiting, heap } = largeOf(() => objects);

  beforeAll(async () => {
    objects = await startLarge();
  });

  afterAll(() => objects.close());

  /** The most that is in memory of samples that are taken while something is waited for. */
  async function heapUntil(isDone: () => Promise<boolean>): Promise<number> {
    let most = 0;
    for (let left = 300; left > 0; left--) {
      const [megabytes, done] = await Promise.all([heap(), isDone()]);
      most = Math.max(most, megabytes);
      if (done) return Math.max(most, await heap());
    }
    return Number.POSITIVE_INFINITY;
  }

  const isFull = async () => (await waiting("slow")) === mostWaiting;

  it("stay with their senders, but for what it has room for", { timeout }, async () => {
    for (let index = 0; index < senders; index++) {
      const to = `large/sender/sender-${index}`;
      for (let left = each; left > 0; left -= 13) await send(to, `13 ${size} slow`);
    }
    expect(await heapUntil(isFull)).toBeLessThan(mostMegabytes);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await waiting("slow")).toBe(mostWaiting);
    expect(await heap()).toBeLessThan(mostMegabytes);
  });

  it("hold up nothing that the senders have for others", { timeout }, async () => {
    for (let index = 0; index < senders; index++) {
      await send(`large/fan/sender-${index}`, `${index} 1`);
    }
    for (let index = 0; index < senders; index++) {
      await expect.poll(() => count(`leaf-${index}`)).toBe(1);
    }
    // What they have for the slow one has not got on meanwhile.
    expect(await waiting("slow")).toBe(mostWaiting);
  });

  it("are read again after an end as far as the object has taken them", { timeout }, async () => {
    await objects.restart();
    // While it reads them, what it has read is there twice now and then. The platform allows 128 MB.
    expect(await heapUntil(isFull)).toBeLessThan(Math.max(mostMegabytes, 110));
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await heap()).toBeLessThan(mostMegabytes);
  });

  it("arrive in order, all of them, and nothing is reported", { timeout }, async () => {
    await control("gate", { is: "open" });
    const all = `${senders * each} messages of ${senders}, 0 errors`;
    const asked = () => text("large/slow/slow", "ask");
    await expect.poll(asked, { timeout: 280_000, interval: 500 }).toBe(all);
    expect(await heap()).toBeLessThan(mostMegabytes);
    expect(await control("errors")).toEqual([]);
  });
});
