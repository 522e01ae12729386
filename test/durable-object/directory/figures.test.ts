import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf } from "../support/client.ts";
import { type Objects, startObjects } from "../support/objects.ts";
import type { Bill } from "./worker.ts";

let objects: Objects;
const { control, send } = clientOf(() => objects);

beforeAll(async () => {
  objects = await startObjects(join(import.meta.dirname, "worker.ts"), { DIRECTORY: "all" });
});

afterAll(() => objects.close());

type Total = Bill & { readonly shards: Bill };

/** What is billed for what happens, at the addresses and in the directory. */
async function billFor(what: () => Promise<unknown>): Promise<Total> {
  await control("begin");
  await what();
  // Whatever goes on behind an answer.
  await wait(300);
  return control<Total>("bill");
}

const ids = async (prefix: string) =>
  (await control<{ ids: string[] }>("ids", { of: "shop/customer", prefix })).ids;

/** The table of an object of the directory, which its first window makes, is not that of an address. */
const isThere = async (id: string): Promise<void> => {
  await send(`shop/customer/${id}`, "here");
  await send(`shop/customer/${id}`, "gone");
};

describe("what the directory costs", () => {
  it("is a row for an address that comes alone, and nothing at its object", async () => {
    await isThere("alone");
    const bill = await billFor(() => send("shop/customer/alone", "here"));
    // The row and no alarm are those of an object without a directory.
    expect(bill).toMatchObject({ rows: 1, alarms: 0, shards: { rows: 1, alarms: 0, batches: 1 } });
    expect(await ids("alone")).toEqual(["alone"]);
  });

  it("is nothing for what is written later, in this life of the object or in another one", async () => {
    await send("shop/customer/later", "here");
    const costs = { rows: 1, alarms: 0, shards: { rows: 0, alarms: 0 } };
    expect(await billFor(() => send("shop/customer/later", "note"))).toMatchObject(costs);
    for (let life = 0; life < 3; life++) {
      await control("end", { name: "shop/customer/later" });
      expect(await billFor(() => send("shop/customer/later", "note"))).toMatchObject(costs);
    }
  });

  it("is one batch that nothing is written for where the object ends before it has removed what it reported", async () => {
    await send("shop/customer/left", "here");
    for (const batches of [1, 0, 0]) {
      await control("end", { name: "shop/customer/left" });
      const bill = await billFor(() => send("shop/customer/left", "note"));
      expect(bill).toMatchObject({ rows: 1, alarms: 0, shards: { rows: 0, alarms: 0, batches } });
    }
  });

  it("is a row for an address that goes alone", async () => {
    await isThere("going");
    await send("shop/customer/going", "here");
    const { rows, shards } = await billFor(() => send("shop/customer/going", "gone"));
    expect([rows, shards.rows]).toEqual([1, 1]);
    expect(await ids("going")).toEqual([]);
  });

  it("is nothing for one that comes and goes in a window", async () => {
    const bill = await billFor(() => send("shop/customer/short", "here gone"));
    expect(bill.shards).toEqual({ rows: 0, alarms: 0, batches: 0 });
  });

  it("is a third of a row where 50 come at once, and packs a thousand", async () => {
    const many = (text: string) =>
      control("many", { prefix: "many-", from: "0", to: "1000", text });
    const { alarms, shards } = await billFor(() => many("here"));
    console.log(`rows of the directory for 1,000 addresses, 50 at once: ${shards.rows}`);
    // A machine that stutters may let an answer wait for too long.
    expect(alarms).toBeLessThan(20);
    expect(shards.rows).toBeLessThan(700);
    expect((await billFor(() => many("note"))).shards.rows).toBe(0);
    expect(await ids("many-99")).toEqual(
      ["many-99", ...Array.from({ length: 10 }, (_, last) => `many-99${last}`)].sort(),
    );
  });
});
