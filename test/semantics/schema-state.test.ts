import { json, StatefulFunctions, string } from "statefun";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Cart, cart, message, readOnce, text } from "./support/cart.ts";
import { complete, failure, wires, wireValue, written } from "./support/program.ts";

describe.each(wires)("state with a schema on wire $name", (codec) => {
  const defaults = json(
    "test/cart",
    z.object({ items: z.array(z.object({ name: z.string(), count: z.number().default(1) })) }),
  );

  it("reads with the schema's defaults, and writes nothing for them", async () => {
    const stored = text("test/cart", '{"items":[{"name":"a"}]}');
    const { outcome, seen } = await readOnce(codec, { type: defaults, stored });
    expect(seen).toEqual({ items: [{ name: "a", count: 1 }] });
    expect(outcome.mutations).toEqual([]);
  });

  it("is written with the defaults once it is changed", async () => {
    const stored = text("test/cart", '{"items":[{"name":"a"}]}');
    const then = (value: Cart) => void value.items.push({ name: "b", count: 2 });
    const { outcome } = await readOnce(codec, { type: defaults, stored, then });
    const items = [
      { name: "a", count: 1 },
      { name: "b", count: 2 },
    ];
    // Without a schema between: what lies in the store.
    expect(written(outcome, "kept", cart)).toEqual({ items });
  });

  it("refuses what the schema refuses, where it is assigned", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { state: { kept: defaults } }, ({ state }) => {
      expect(() => (state.kept = { items: [{ name: 5 }] } as never)).toThrow(/state "kept"/);
      state.kept = { items: "none" } as never;
    });
    const batch = { state: [["kept", undefined]] as const, messages: [message] };
    await failure(complete(codec, functions, batch), "value_invalid");
  });

  it("refuses a value that a change in place made invalid", async () => {
    const stored = text("test/cart", '{"items":[]}');
    const then = (value: Cart) => void value.items.push({ name: "x", count: "many" as never });
    await failure(readOnce(codec, { type: defaults, stored, then }), "value_invalid");
  });

  it.each([
    ["adds to a text", z.string().transform((value) => `${value}!`)],
    ["counts up", z.object({ n: z.number().transform((n) => n + 1) })],
  ])("refuses a schema that %s: each read would change the value", async (_what, schema) => {
    const transforming = json("test/growing", schema as z.ZodType<unknown>);
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { state: { kept: transforming } }, ({ state }) => {
      state.kept = _what === "counts up" ? { n: 1 } : "a";
    });
    const batch = { state: [["kept", undefined]] as const, messages: [message] };
    const error = await failure(complete(codec, functions, batch), "invalid_argument");
    expect(error.message).toMatch(/test\/growing.*transform/);
  });

  it("takes a schema that only normalizes, and stores what reads back the same", async () => {
    const trimmed = json("test/trimmed", z.string().trim());
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { state: { kept: trimmed } }, ({ state }) => {
      state.kept = "  a ";
    });
    const batch = { state: [["kept", undefined]] as const, messages: [message] };
    const outcome = await complete(codec, functions, batch);
    expect(written(outcome, "kept", json<string>("test/trimmed"))).toBe("a");
  });

  it("refuses an asynchronous schema, when it is written and when it is read", async () => {
    const later = json(
      "test/later",
      z.string().refine(async () => true),
    );
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: string, state: { kept: later } }, ({ state }, how) => {
      if (how === "write") state.kept = "a";
      else void state.kept;
    });
    const writing = {
      state: [["kept", undefined]] as const,
      messages: [wireValue(string, "write")],
    };
    const error = await failure(complete(codec, functions, writing), "invalid_argument");
    expect(error.message).toMatch(/test\/later.*asynchronous/);
    const reading = { state: [["kept", text("test/later", '"a"')]] as const, messages: [message] };
    await failure(complete(codec, functions, reading), "state_undecodable");
  });
});
