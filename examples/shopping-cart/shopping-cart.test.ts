import { createTestRuntime, type TestOptions } from "statefun/testing";
import { describe, expect, it } from "vitest";
import { Add, Checkout, cart, functions, Restock, receipts, stock } from "./functions.ts";

const minute = 60_000;

async function shop(options: TestOptions = {}) {
  const runtime = await createTestRuntime(functions, options);
  await runtime.send(stock.at("mug"), Restock.of({ count: 10 }));
  await runtime.send(stock.at("pot"), Restock.of({ count: 1 }));
  const add = (id: string, sku: string, count: number) =>
    runtime.send(cart.at(id), Add.of({ sku, count }));
  const said = () => runtime.emitted(receipts).map(({ key, value }) => `${key}: ${value}`);
  const left = (sku: string) => runtime.state(stock.at(sku)).left;
  return {
    runtime,
    add,
    said,
    left,
    checkout: (id: string) => runtime.send(cart.at(id), Checkout.of({})),
  };
}

describe("the shopping cart", () => {
  it("pays for what was reserved, and for nothing twice", async () => {
    const { add, checkout, said, left } = await shop({ rules: "flink" });
    await add("zoe", "mug", 2);
    await add("zoe", "pot", 1);
    await add("zoe", "mug", 1);
    await checkout("zoe");
    await checkout("zoe");
    expect(said()).toEqual(["zoe: paid: 3 mug, 1 pot", "zoe: the cart is empty"]);
    expect([left("mug"), left("pot")]).toEqual([7, 0]);
  });

  it("gives the last one to the first who asks", async () => {
    const { add, checkout, said } = await shop();
    await Promise.all([add("zoe", "pot", 1), add("max", "pot", 1)]);
    await checkout("zoe");
    await checkout("max");
    expect(said()).toEqual([
      "max: sorry, only 0 of pot left",
      "zoe: paid: 1 pot",
      "max: the cart is empty",
    ]);
  });

  it("puts everything back a quarter of an hour after the last item", async () => {
    const { runtime, add, left } = await shop();
    await add("zoe", "mug", 2);
    await runtime.advance(14 * minute);
    await add("zoe", "mug", 1);
    await runtime.advance(14 * minute);
    expect([left("mug"), runtime.state(cart.at("zoe")).items]).toEqual([7, { mug: 3 }]);
    await runtime.advance(minute);
    expect([left("mug"), runtime.state(cart.at("zoe")).items]).toEqual([10, {}]);
  });

  it("has sold what was paid: nothing comes back afterwards", async () => {
    const { runtime, add, checkout, left } = await shop();
    await add("zoe", "mug", 4);
    await checkout("zoe");
    await runtime.advance(60 * minute);
    expect(left("mug")).toBe(6);
  });

  it("pays for all of it when the customer is quicker than the products", async () => {
    const { runtime, said } = await shop();
    const to = cart.at("zoe");
    const all = [
      Add.of({ sku: "mug", count: 2 }),
      Add.of({ sku: "pot", count: 1 }),
      Checkout.of({}),
    ];
    await Promise.all(all.map((message) => runtime.send(to, message)));
    expect(said()).toEqual(["zoe: paid: 2 mug, 1 pot"]);
  });

  it("loses and doubles nothing when the process dies again and again", async () => {
    const { runtime, add, left } = await shop({ crashProbability: 0.3, seed: 11 });
    for (let n = 0; n < 5; n++) await add(`c${n}`, "mug", 2);
    const items = [0, 1, 2, 3, 4].map((n) => runtime.state(cart.at(`c${n}`)).items);
    expect(items).toEqual(Array(5).fill({ mug: 2 }));
    expect(left("mug")).toBe(0);
    await runtime.advance(15 * minute);
    expect(left("mug")).toBe(10);
  });
});
