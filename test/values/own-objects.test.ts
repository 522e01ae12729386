import {
  deadLetterTo,
  failedMessage,
  functionRef,
  json,
  StatefulFunctions,
  shape,
  string,
} from "statefun";
import { describe, expect, it } from "vitest";
import { complete, wires, wireValue, written } from "../semantics/support/program.ts";

interface Cart {
  owner: string;
  items: { sku: string }[];
}
const cart = json("test/Cart", shape<Cart>());
const stored = { owner: "ann", items: [{ sku: "tea" }] };
const state = [["cart", wireValue(cart, stored)]] as const;

/** What a message does to the state, by its text. */
const steps: { readonly [text: string]: (state: { cart?: Cart | undefined }) => unknown } = {
  read: ({ cart }) => cart?.items.length,
  push: ({ cart }) => cart?.items.push({ sku: "milk" }),
  // As most handlers do: a new value of old parts.
  assign: (state) => {
    state.cart = { owner: "bob", items: [...(state.cart?.items ?? []), { sku: "bread" }] };
  },
  fail: ({ cart }) => {
    cart?.items.push({ sku: "lost" });
    throw Object.assign(new Error("cannot ever"), { name: "NonRetryableError" });
  },
};

const orders = [
  ["read", "read", "read"],
  ["assign", "assign", "assign", "read"],
  ["assign", "read", "push", "read", "push", "assign"],
  ["push", "push", "read", "read", "assign"],
];

describe.each(wires)("each message of a batch on wire $name", (codec) => {
  it.each(orders.map((order) => ({ order })))(
    "gets objects that no other had: $order",
    async ({ order }) => {
      const seen = new Set<object>();
      const functions = new StatefulFunctions();
      functions.bind("test/fn", { accepts: string, state: { cart } }, ({ state }, text) => {
        const own = state.cart;
        expect(state.cart).toBe(own);
        const parts = own === undefined ? [] : [own, own.items, ...own.items];
        for (const part of parts) expect(seen).not.toContain(part);
        steps[text]?.(state);
        // What it assigns is its own as well.
        const now = state.cart;
        for (const part of [...parts, now, now?.items, ...(now?.items ?? [])])
          seen.add(Object(part));
      });
      const messages = order.map((text) => wireValue(string, text));
      await complete(codec, functions, { state, messages });
      expect(seen.size).toBeGreaterThan(order.length);
    },
  );

  it("that becomes a dead letter leaves the state as the one before it did", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: string, state: { cart } }, ({ state }, text) => {
      steps[text]?.(state);
    });
    const morgue = functionRef("test/morgue", failedMessage);
    const options = { deadLetter: deadLetterTo(morgue.at("all")) };
    const messages = ["push", "fail", "read", "fail", "assign", "fail"].map((text) =>
      wireValue(string, text),
    );
    const outcome = await complete(codec, functions, { state, messages }, options);
    expect(outcome.messages).toHaveLength(3);
    expect(written(outcome, "cart", cart)).toEqual({
      owner: "bob",
      items: [{ sku: "tea" }, { sku: "milk" }, { sku: "bread" }],
    });
  });
});
