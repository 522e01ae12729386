import { DurationSchema } from "@bufbuild/protobuf/wkt";
import { StatefulFunctions } from "statefun";
import { protobuf } from "statefun/protobuf";
import { describe, expect, it } from "vitest";
import { type Cart, cart, message, readOnce, text } from "./support/cart.ts";
import { complete, wires, written } from "./support/program.ts";

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
