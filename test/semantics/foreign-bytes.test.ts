import { json, shape, StatefulFunctions, string } from "statefun";
import type { ProtocolCodec, WireValue } from "statefun/protocol";
import { protobuf } from "statefun/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { complete, wireValue, wires, written } from "./support/program.ts";

interface Cart {
  items: { name: string; count: number }[];
  note?: string;
}
const cart = json("test/cart", shape<Cart>());
const message = wireValue(string, "go");

const text = (typename: string, value: string): WireValue => ({
  typename,
  bytes: new TextEncoder().encode(value),
  headers: [],
});

type Kept = { type: typeof cart; stored: WireValue; then?: (value: Cart) => void };

async function readOnce(codec: ProtocolCodec, { type, stored, then }: Kept) {
  const functions = new StatefulFunctions();
  let seen: unknown;
  functions.bind("test/fn", { state: { kept: type } }, ({ state }) => {
    seen = structuredClone(state.kept);
    if (state.kept) then?.(state.kept);
  });
  const state = [["kept", stored]] as const;
  return { outcome: await complete(codec, functions, { state, messages: [message] }), seen };
}

/** The same cart as other SDKs write it. */
const foreign: readonly [sdk: string, text: string][] = [
  ["Python's, with spaces", '{"items": [{"name": "a<b", "count": 1}], "note": "h\\u00e9"}'],
  [
    "Go's, with sorted keys, HTML escapes and a newline at the end",
    '{"items":[{"count":1,"name":"a\\u003cb"}],"note":"hé"}\n',
  ],
  ["somebody's, in another order", '{"note":"hé","items":[{"count":1.0,"name":"a<b"}]}'],
  ["somebody's, with a name twice", '{"note":"x","items":[{"count":1,"name":"a<b"}],"note":"hé"}'],
];

describe.each(wires)("state that another SDK wrote, on wire $name", (codec) => {
  it.each(foreign)("is not written by a mere read: JSON of %s", async (_sdk, given) => {
    const stored = text("test/cart", given);
    const { outcome, seen } = await readOnce(codec, { type: cart, stored });
    expect(seen).toEqual({ items: [{ name: "a<b", count: 1 }], note: "hé" });
    expect(outcome.mutations).toEqual([]);
  });

  it.each(foreign)("is written whole after a change in place: JSON of %s", async (_sdk, given) => {
    const stored = text("test/cart", given);
    const then = (value: Cart) => {
      value.note = "new";
    };
    const { outcome } = await readOnce(codec, { type: cart, stored, then });
    const expected = { items: [{ name: "a<b", count: 1 }], note: "new" };
    expect(written(outcome, "kept", cart)).toEqual(expected);
  });

  it("is not written by a mere read: protobuf with fields in another order", async () => {
    const duration = protobuf(DurationSchema);
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { state: { kept: duration } }, ({ state }) => {
      expect(state.kept?.nanos).toBe(5);
    });
    // Nanos before seconds, and a field that nobody knows between.
    const bytes = Uint8Array.of(0x10, 5, 0x18, 1, 0x08, 7);
    const state = [["kept", { typename: duration.typename, bytes, headers: [] }]] as const;
    const outcome = await complete(codec, functions, { state, messages: [message] });
    expect(outcome.mutations).toEqual([]);
  });
});
