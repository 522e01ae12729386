import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf } from "../support/client.ts";
import { type Objects, startObjects } from "../support/objects.ts";

let objects: Objects;
const { control, send } = clientOf(() => objects);

beforeAll(async () => {
  objects = await startObjects(join(import.meta.dirname, "worker.ts"), { DIRECTORY: "off" });
});

afterAll(() => objects.close());

/** As a deploy does. */
async function deploy(directory: string): Promise<void> {
  await objects.stop();
  await objects.start({ DIRECTORY: directory });
}

interface Page {
  readonly ids: string[];
  readonly next?: string;
}

const page = (prefix: string, more: Record<string, string> = {}) =>
  control<Page>("ids", { of: "shop/customer", prefix, ...more });
const ids = async (prefix: string) => (await page(prefix)).ids;

describe("a directory", () => {
  it("that is switched on later enters what is written next, all of an object that many share", async () => {
    for (const id of ["old-1", "old-2", "group1.a", "group1.b", "group1.c"])
      await send(`shop/customer/${id}`, "here");
    await deploy("all");
    expect([await ids("old"), await ids("group1")]).toEqual([[], []]);
    await send("shop/customer/old-1", "note");
    await send("shop/customer/group1.b", "note");
    expect(await ids("old")).toEqual(["old-1"]);
    expect(await ids("group1")).toEqual(["group1.a", "group1.b", "group1.c"]);
  });

  it("that is off hears who goes, and enters who came when it is on again", async () => {
    await send("shop/customer/on-1", "here");
    await send("shop/customer/on-2", "here");
    await deploy("off");
    await send("shop/customer/on-1", "gone");
    await send("shop/customer/on-2", "gone");
    await send("shop/customer/on-2", "here");
    await send("shop/customer/off-1", "here");
    await deploy("all");
    // What was in it, and is gone, is gone.
    expect(await ids("on")).toEqual([]);
    for (const id of ["on-2", "off-1"]) await send(`shop/customer/${id}`, "note");
    expect([await ids("on"), await ids("off")]).toEqual([["on-2"], ["off-1"]]);
  });

  it("of some functions has no others", async () => {
    await deploy("customers");
    await send("shop/cart/some-1", "x");
    await send("shop/customer/some-1", "here");
    expect(await ids("some")).toEqual(["some-1"]);
    expect((await control<Page>("ids", { of: "shop/cart", prefix: "" })).ids).toEqual([]);
    await deploy("all");
    await send("shop/cart/some-1", "y");
    expect((await control<Page>("ids", { of: "shop/cart", prefix: "" })).ids).toEqual(["some-1"]);
  });

  it("gets a report of an address to which another one sends, which waits for no alarm", async () => {
    await send("shop/customer/teller", "tell:told");
    await expect.poll(() => ids("told")).toEqual(["told"]);
  });

  it("ends right for an address that comes and goes 1,000 times while objects end", async () => {
    for (let turn = 0; turn < 1_000; turn++) {
      await send("shop/customer/turns", turn % 2 === 0 ? "here" : "gone");
      if (turn % 50 === 0) await control("end", { name: "shop/customer/turns" });
      if (turn % 100 === 0) await control("end-shards");
    }
    expect(await ids("turns")).toEqual([]);
    await send("shop/customer/turns", "here");
    expect(await ids("turns")).toEqual(["turns"]);
  }, 120_000);

  it("forgets what has expired, when its object goes", async () => {
    const guests = async () => (await control<Page>("ids", { of: "shop/guest", prefix: "" })).ids;
    await send("shop/guest/short", "x");
    expect(await guests()).toEqual(["short"]);
    // The alarm that the object is forgotten by, six seconds after its last window.
    await expect.poll(guests, { interval: 500 }).toEqual([]);
  });

  it("gives each id once over pages, in order, whatever it is, also after its objects have ended", async () => {
    const odd = [
      "a/b",
      "ä",
      "z z",
      "\u{1f600}",
      "\uffee",
      "%41",
      "..",
      "n\u0000",
      "long".repeat(100),
    ];
    for (const id of odd) {
      const path = encodeURIComponent(`odd-${id}`);
      await send(`shop/customer/${path}`, "here");
    }
    await control("many", { prefix: "odd-", from: "0", to: "300", text: "here" });
    await control("end-shards");
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const next: Page = await page("odd-", { limit: "7", ...(after !== undefined && { after }) });
      expect(next.ids.length).toBeLessThanOrEqual(7);
      seen.push(...next.ids);
      after = next.next;
    } while (after !== undefined);
    const wanted = [...odd, ...Array.from({ length: 300 }, (_, index) => `${index}`)];
    const byUtf8 = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
    expect(seen).toEqual(wanted.map((id) => `odd-${id}`).sort(byUtf8));
  });
});
