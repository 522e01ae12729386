import { type Context, functionRef, json, StatefulFunctions, shape, string } from "statefun";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { complete, failure, sent, wires, wireValue } from "./support/program.ts";
import { elsewhere, texts } from "./support/texts.ts";

interface Cart {
  items: string[];
}
const cart = json("test/cart", shape<Cart>());
const carts = functionRef("test/carts", cart);
const messages = [wireValue(string, "go")];

function bound(handle: (context: Context) => void): StatefulFunctions {
  const functions = new StatefulFunctions();
  functions.bind("test/fn", handle);
  return functions;
}

describe.each(wires)("what is sent on wire $name", (codec) => {
  const send = (handle: (context: Context) => void) => complete(codec, bound(handle), { messages });

  it("is encoded when it is sent: a later change of the value does not reach it", async () => {
    const outcome = await send((context) => {
      const value = { items: ["a"] };
      context.send(carts.at("1"), value);
      context.sendAfter(5, carts.at("1"), value);
      value.items.push("b");
    });
    expect(sent(outcome, cart)).toEqual([{ items: ["a"] }]);
    const [delayed] = outcome.delayed;
    if (delayed?.kind !== "send") return expect.fail("nothing was delayed");
    expect(cart.decode(delayed.argument.bytes ?? new Uint8Array())).toEqual({ items: ["a"] });
  });

  it("is encoded when it is tagged: a later change of the value does not reach it", async () => {
    const outcome = await send((context) => {
      const value = { items: ["a"] };
      const tagged = cart.of(value);
      value.items.push("b");
      context.send(elsewhere, tagged);
    });
    expect(sent(outcome, cart)).toEqual([{ items: ["a"] }]);
  });

  it("is refused where it is tagged when its schema refuses it", async () => {
    const positive = json("test/positive", z.object({ n: z.number().positive() }));
    const work = send((context) => {
      expect(() => positive.of({ n: -1 })).toThrow(/test\/positive/);
      context.send(functionRef("a/b", positive).at("1"), { n: -1 });
    });
    await failure(work, "value_invalid");
  });

  it("is refused when its schema must not be asynchronous", async () => {
    const later = json(
      "test/later",
      z.string().refine(async () => true),
    );
    await failure(() => later.of("x"), "invalid_argument");
    const work = send((context) => context.send(functionRef("a/b", later).at("1"), "x"));
    await failure(work, "invalid_argument");
  });

  it("is the input of a transforming schema, and arrives transformed", async () => {
    const length = json(
      "test/length",
      z.string().transform((text) => text.length),
    );
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: length }, (context, value) => {
      context.send(functionRef("test/next", length).at("1"), "x".repeat(value + 1));
    });
    const outcome = await complete(codec, functions, { messages: [wireValue(length, "abc")] });
    expect(sent(outcome, json<string>("test/length") as unknown as typeof string)).toEqual([
      "xxxx",
    ]);
  });

  it("is sent on as it came, byte for byte, though it was read", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: [cart, string] }, (context, message) => {
      expect(message.typename === "test/cart" && message.value.items).toEqual(["é"]);
      context.send(elsewhere, message);
    });
    const bytes = new TextEncoder().encode('{ "items": ["\\u00e9"] }\n');
    const given = { typename: "test/cart", bytes, headers: [] };
    const outcome = await complete(codec, functions, { messages: [given] });
    expect(outcome.messages[0]?.argument).toEqual(given);
  });

  it("is emitted to an egress, not to its name or a copy", async () => {
    for (const to of ["test/texts", { typename: "test/texts" }, carts.at("1"), undefined]) {
      const work = send((context) => context.emit(to as typeof texts, "x"));
      await failure(work, "invalid_argument");
    }
  });

  it.each<readonly [string, (context: Context, options: object) => void]>([
    ["send", (context, options) => context.send(elsewhere, string.of("x"), options)],
    ["sendAfter", (context, options) => context.sendAfter(5, elsewhere, string.of("x"), options)],
    ["emit", (context, options) => context.emit(texts, "x", options)],
  ])("has no option of a wrong name, which would be lost: %s", async (_what, use) => {
    for (const name of ["header", "cancelationToken", "token"]) {
      await failure(
        send((context) => use(context, { [name]: "x" })),
        "invalid_argument",
      );
    }
  });

  it("of one list keeps the order of the calls, over all messages of the batch", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: string }, async (context, text) => {
      context.send(elsewhere, string.of(`${text} 1`));
      context.emit(texts, text);
      await Promise.resolve();
      context.send(carts.at("1"), { items: [] });
      context.send(elsewhere, string.of(`${text} 2`));
    });
    const batch = { messages: ["a", "b"].map((text) => wireValue(string, text)) };
    const outcome = await complete(codec, functions, batch);
    const read = outcome.messages.map(({ target: { id }, argument: { typename, bytes } }) =>
      typename === string.typename ? string.decode(bytes ?? new Uint8Array()) : id,
    );
    expect(read).toEqual(["a 1", "1", "a 2", "b 1", "1", "b 2"]);
  });
});
