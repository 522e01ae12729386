import { createTestRuntime, type TestOptions } from "statefun/testing";
import { describe, expect, it } from "vitest";
import { cards } from "./cards.ts";
import { cart, ledger, mails, shopFunctions } from "./functions.ts";
import { AddItem, Checkout } from "./types.ts";

const minute = 60_000;

async function shop(options: TestOptions = {}) {
  const runtime = await createTestRuntime([shopFunctions(), cards], {
    onError: () => {},
    ...options,
  });
  const add = (sku: string, count = 1) =>
    runtime.send(cart.at("cart-1"), AddItem.of({ sku, count }));
  const pay = (token: string) =>
    runtime.send(
      cart.at("cart-1"),
      Checkout.of({
        customer: "c-1",
        payment: { kind: "card", token, expires: "11/29" },
        shipTo: { name: "Zoë", street: "1 Way", city: "Vienna", postcode: "1070", country: "AT" },
        isExpress: false,
      }),
    );
  const mailed = () =>
    runtime.emitted(mails).map(({ template, words }) => ({ template, ...words }));
  return {
    runtime,
    add,
    pay,
    mailed,
    booked: () => runtime.emitted(ledger).map(({ count }) => count),
  };
}

describe("the web shop", () => {
  it("charges the card, counts the order, and mails a receipt", async () => {
    const { add, pay, mailed, booked } = await shop({ rules: "flink" });
    await add("A-1009", 2);
    await pay("tok_4242");
    expect(mailed()).toEqual([{ template: "receipt", order: "o-1", amount: 2_980 }]);
    expect(booked()).toEqual([2]);
  });

  it("keeps a refused charge for an operator, and puts the goods back after an hour", async () => {
    const { runtime, add, pay, mailed, booked } = await shop();
    await add("A-1009");
    await pay("refused:expired");
    const [letter] = await runtime.deadLetters.list();
    expect(letter?.error.message).toBe("card refused: expired");
    await runtime.advance(60 * minute);
    expect(mailed()).toEqual([]);
    expect(booked()).toEqual([1, -1]);
  });

  it("blocks a cart with a product that there is not, and keeps what waits behind it", async () => {
    const { runtime, add } = await shop();
    await add("C-7731");
    await add("A-1009");
    const { mailboxLength } = await runtime.instance(cart.at("cart-1"));
    expect(mailboxLength).toBe(2);
    // After eight attempts the message is a dead letter, and the next one has its turn.
    await runtime.advance(5 * minute);
    expect(await runtime.deadLetters.list()).toMatchObject([{ attempts: 8 }]);
    expect((await runtime.instance(cart.at("cart-1"))).mailboxLength).toBe(0);
  });

  it("sells each thing once when the process dies again and again", async () => {
    const { add, pay, mailed, booked } = await shop({ crashProbability: 0.2, seed: 2 });
    for (const sku of ["A-1009", "B-0417", "D-2200"]) await add(sku);
    await pay("tok_4242");
    expect(booked()).toEqual([1, 1, 1]);
    expect(mailed()).toMatchObject([{ amount: 1_490 + 320 + 6_450 }]);
  });
});
