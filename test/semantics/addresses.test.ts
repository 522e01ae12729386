import {
  type Address,
  type Context,
  functionRef,
  int,
  json,
  StatefulFunctions,
  shape,
  string,
} from "statefun";
import { describe, expect, it } from "vitest";
import { complete, failure, sent, wires, wireValue } from "./support/program.ts";
import { elsewhere } from "./support/texts.ts";

interface Cart {
  items: string[];
}
const cart = json("test/cart", shape<Cart>());
const carts = functionRef("test/carts", cart);
const mixed = functionRef("test/mixed", [cart, string]);
const messages = [wireValue(string, "go")];

function bound(handle: (context: Context) => void): StatefulFunctions {
  const functions = new StatefulFunctions();
  functions.bind("test/fn", handle);
  return functions;
}

describe.each(wires)("a message on wire $name", (codec) => {
  const send = (handle: (context: Context) => void) => complete(codec, bound(handle), { messages });

  it("goes to a copied address only when it is tagged", async () => {
    for (const copy of [
      { ...carts.at("1") },
      JSON.parse(JSON.stringify(carts.at("1"))) as ReturnType<typeof carts.at>,
      structuredClone({ typename: "test/carts", id: "1" }) as ReturnType<typeof carts.at>,
    ]) {
      expect(copy).toEqual({ typename: "test/carts", id: "1" });
      const bare = send((context) => context.send(copy, { items: [] }));
      const error = await failure(bare, "invalid_argument");
      expect(error.message).toMatch(/test\/carts must be tagged/);
      const outcome = await send((context) => context.send(copy, cart.of({ items: ["a"] })));
      expect(sent(outcome, cart)).toEqual([{ items: ["a"] }]);
      expect(outcome.messages[0]?.target).toEqual({ typename: "test/carts", id: "1" });
    }
  });

  it("must be tagged for a target of several types, or of none known", async () => {
    for (const to of [mixed.at("1"), elsewhere, functionRef("test/any").at("1")]) {
      const work = send((context) => context.send(to as Address, { items: [] } as never));
      await failure(work, "invalid_argument");
    }
  });

  it("cannot be tagged by hand: an object that looks like it is only data", async () => {
    const handmade = { typename: cart.typename, value: { items: [] }, "~typed": true };
    const work = send((context) => context.send(elsewhere, handmade as never));
    await failure(work, "invalid_argument");
    const functions = functionRef("test/any-json", json<object>("test/open"));
    const outcome = await send((context) => context.send(functions.at("1"), handmade));
    expect(sent(outcome, json<object>("test/open"))).toEqual([handmade]);
  });

  it("may not be of another type than the target's reference says, tagged or not", async () => {
    const work = send((context) => context.send(carts.at("1") as Address, int.of(5)));
    const error = await failure(work, "invalid_argument");
    expect(error.message).toContain("test/carts accepts test/cart, got a message of");
  });

  it.each<readonly [string, unknown]>([
    ["no address", undefined],
    ["a typename", "test/fn"],
    ["an address without an id", { typename: "test/fn" }],
    ["an id that is a number", { typename: "test/fn", id: 5 }],
    ["a typename of two slashes", { typename: "a/b/c", id: "1" }],
    ["a reference instead of its address", carts],
  ])("goes nowhere but to an address: %s", async (_what, to) => {
    const work = send((context) => context.send(to as Address, string.of("x")));
    await failure(work, "invalid_argument");
  });
});
