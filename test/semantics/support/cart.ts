import { json, StatefulFunctions, shape, string, type Type } from "statefun";
import type { Completed, ProtocolCodec, WireValue } from "statefun/protocol";
import { complete, wireValue } from "./program.ts";

export interface Cart {
  items: { name: string; count: number }[];
  note?: string;
}
export const cart: Type<Cart, "test/cart"> = json("test/cart", shape<Cart>());
export const message: WireValue = wireValue(string, "go");

export const text = (typename: string, value: string): WireValue => ({
  typename,
  bytes: new TextEncoder().encode(value),
  headers: [],
});

export interface Kept {
  readonly type: typeof cart;
  readonly stored: WireValue;
  readonly then?: (value: Cart) => void;
}

export async function readOnce(
  codec: ProtocolCodec,
  { type, stored, then }: Kept,
): Promise<{ outcome: Completed; seen: unknown }> {
  const functions = new StatefulFunctions();
  let seen: unknown;
  functions.bind("test/fn", { state: { kept: type } }, ({ state }) => {
    seen = structuredClone(state.kept);
    if (state.kept) then?.(state.kept);
  });
  const state = [["kept", stored]] as const;
  return { outcome: await complete(codec, functions, { state, messages: [message] }), seen };
}
