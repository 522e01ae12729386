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
const bill = () => control<Total>("bill");
const ids = async (prefix = "") =>
  (await control<{ ids: string[] }>("ids", { of: "shop/customer", prefix })).ids;

describe("what the directory costs", () => {
  it("is a row there for an address that comes alone, and nothing at the address", async () => {
    // Makes the tables of both.
    await send("shop/customer/alone-0", "here");
    await control("begin");
    await send("shop/customer/alone-1", "here");
    const after = await bill();
    console.log("alone", JSON.stringify(after));
    expect(await ids("alone")).toEqual(["alone-0", "alone-1"]);
  });
});

it("waits", async () => {
  await control("begin");
  await send("shop/customer/alone-1", "note");
  console.log("a second message", JSON.stringify(await bill()));
  await control("end", { name: "shop/customer/alone-1" });
  await control("begin");
  await send("shop/customer/alone-1", "note");
  await wait(500);
  console.log("a third message in a second life", JSON.stringify(await bill()));
  await control("end", { name: "shop/customer/alone-0" });
  await control("begin");
  await send("shop/customer/alone-0", "note");
  await wait(500);
  console.log("a second message in a second life", JSON.stringify(await bill()));
  await control("end", { name: "shop/customer/alone-0" });
  await control("begin");
  await send("shop/customer/alone-0", "note");
  await wait(500);
  console.log("in a third life", JSON.stringify(await bill()));
  await control("begin");
  await send("shop/customer/alone-0", "gone");
  await wait(500);
  console.log("gone", JSON.stringify(await bill()));
  await control("begin");
  await control("many", { prefix: "m", from: "0", to: "1000", text: "here" });
  console.log("many", JSON.stringify(await bill()));
  await control("begin");
  await control("many", { prefix: "m", from: "0", to: "1000", text: "note" });
  console.log("many again", JSON.stringify(await bill()));
  await control("end-shards");
  const seen: string[] = [];
  let after: string | undefined;
  let pages = 0;
  do {
    const page = await control<{ ids: string[]; next?: string }>("ids", {
      of: "shop/customer",
      prefix: "m",
      limit: "100",
      ...(after !== undefined && { after }),
    });
    seen.push(...page.ids);
    after = page.next;
    pages++;
  } while (after !== undefined);
  console.log(pages, seen.length);
  expect(seen).toEqual(Array.from({ length: 1000 }, (_, n) => `m${n}`).sort());
});
