import { create, type Message as ProtoMessage } from "@bufbuild/protobuf";
import { type Duration, DurationSchema, StructSchema } from "@bufbuild/protobuf/wkt";
import { type AnyType, bytes, customType, json, StatefulFunctions, shape, string } from "statefun";
import { protobuf } from "statefun/protobuf";
import { describe, expect, it } from "vitest";
import { complete, wires, wireValue, written } from "./support/program.ts";

const cart = json("test/cart", shape<{ items: string[] }>());
const blob = bytes("test/blob");
const duration = protobuf(DurationSchema);
/** The lines of a text, by an encoding that has no other. */
const lines = customType({
  typename: "test/lines",
  encode: (value: Set<string>) => new TextEncoder().encode([...value].join("\n")),
  decode: (encoded) => new Set(new TextDecoder().decode(encoded).split("\n")),
});

/** A function that changes in place what it reads, and never assigns. */
function changing<V>(spec: object, change: (value: V) => void): StatefulFunctions {
  const functions = new StatefulFunctions();
  const state = { kept: spec as AnyType };
  functions.bind("test/fn", { accepts: string, state }, (context, text) => {
    if (text === "read") void context.state.kept;
    else change(context.state.kept as V);
  });
  return functions;
}

const message = (text: string) => wireValue(string, text);

const kinds = [
  {
    kind: "a JSON value",
    type: cart,
    stored: { items: ["a"] },
    change: (value: { items: string[] }) => value.items.push("b"),
    once: { items: ["a", "b"] },
    twice: { items: ["a", "b", "b"] },
  },
  {
    kind: "a protobuf message",
    type: duration,
    stored: create(DurationSchema, { seconds: 1n }),
    change: (value: Duration) => (value.nanos += 5),
    once: create(DurationSchema, { seconds: 1n, nanos: 5 }),
    twice: create(DurationSchema, { seconds: 1n, nanos: 10 }),
  },
  {
    kind: "a value of a custom type",
    type: lines,
    stored: new Set(["a"]),
    change: (value: Set<string>) => value.add(`line ${value.size}`),
    once: new Set(["a", "line 1"]),
    twice: new Set(["a", "line 1", "line 2"]),
  },
  {
    kind: "bytes",
    type: blob,
    stored: Uint8Array.of(1, 2),
    change: (value: Uint8Array) => value.set([(value[0] ?? 0) + 1]),
    once: Uint8Array.of(2, 2),
    twice: Uint8Array.of(3, 2),
  },
] satisfies {
  kind: string;
  type: AnyType;
  stored: object | ProtoMessage;
  change: (value: never) => unknown;
  once: object;
  twice: object;
}[];

describe.each(wires)("a state changed in place on wire $name", (codec) => {
  describe.each(kinds)("when it is $kind", ({ type, stored, change, once, twice }) => {
    // Each kind's parts belong together, which a table of several types cannot say.
    const anyType = type as AnyType;
    const functionsOf = (spec: object = { type }) => changing(spec, change as (v: unknown) => void);
    const state = [["kept", wireValue(anyType, stored)]] as const;
    const absent = [["kept", undefined]] as const;

    it("is written", async () => {
      const outcome = await complete(codec, functionsOf(), { state, messages: [message("go")] });
      expect(written(outcome, "kept", anyType)).toEqual(once);
    });

    it("carries the change to the next message", async () => {
      const messages = [message("go"), message("read"), message("go")];
      const outcome = await complete(codec, functionsOf(), { state, messages });
      expect(written(outcome, "kept", anyType)).toEqual(twice);
    });

    it("is written when an earlier message only read it", async () => {
      const messages = [message("read"), message("go"), message("read")];
      const outcome = await complete(codec, functionsOf(), { state, messages });
      expect(written(outcome, "kept", anyType)).toEqual(once);
    });

    it("is not written by a mere read", async () => {
      const messages = [message("read"), message("read")];
      const outcome = await complete(codec, functionsOf(), { state, messages });
      expect(outcome.mutations).toEqual([]);
    });

    it("is written when it came from initial, a fresh one for each instance", async () => {
      const initial = () => anyType.decode(anyType.encode(stored));
      const functions = functionsOf({ type, initial });
      for (let instances = 0; instances < 2; instances++) {
        const batch = { state: absent, messages: [message("go")] };
        const outcome = await complete(codec, functions, batch);
        expect(written(outcome, "kept", anyType)).toEqual(once);
      }
    });

    it("is not written when initial was only read", async () => {
      const initial = () => anyType.decode(anyType.encode(stored));
      const messages = [message("read"), message("read")];
      const batch = { state: absent, messages };
      const outcome = await complete(codec, functionsOf({ type, initial }), batch);
      expect(outcome.mutations).toEqual([]);
    });

    it("leaves the bytes of the request alone", async () => {
      const { bytes: before } = wireValue(anyType, stored);
      const [[, value]] = state;
      await complete(codec, functionsOf(), { state, messages: [message("go")] });
      expect(value.bytes).toEqual(before);
    });
  });

  it("is written with what was changed after the assignment", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { state: { kept: cart } }, ({ state }) => {
      const value = { items: ["a"] };
      state.kept = value;
      value.items.push("b");
    });
    const batch = { state: [["kept", undefined]] as const, messages: [message("go")] };
    const outcome = await complete(codec, functions, batch);
    expect(written(outcome, "kept", cart)).toEqual({ items: ["a", "b"] });
  });

  it("is written when a map of protobuf loses an entry", async () => {
    const struct = protobuf(StructSchema);
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { state: { kept: struct } }, ({ state }) => {
      if (state.kept) Reflect.deleteProperty(state.kept.fields, "a");
    });
    const stored = create(StructSchema, {
      fields: { a: { kind: { case: "boolValue", value: true } } },
    });
    const state = [["kept", wireValue(struct, stored)]] as const;
    const outcome = await complete(codec, functions, { state, messages: [message("go")] });
    expect(written(outcome, "kept", struct)).toEqual(create(StructSchema));
  });
});
