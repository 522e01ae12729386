import type { Type } from "statefun";
import { codecV3, type InvocationBatch, type WireValue } from "statefun/protocol";

export function wireValue<V>(type: Type<V>, value: V): WireValue {
  return { typename: type.typename, bytes: type.encode(value), headers: [] };
}

/** A request as a 3.x cluster sends it: messages of another function to one address, with its state. */
export function requestOf(
  typename: string,
  state: Readonly<Record<string, WireValue>>,
  messages: readonly WireValue[],
): Uint8Array<ArrayBuffer> {
  const batch: InvocationBatch = {
    target: { typename, id: "user-4711" },
    state: new Map(Object.entries(state)),
    invocations: messages.map((argument) => ({
      caller: { typename: "bench/gateway", id: "gateway-1" },
      argument,
    })),
  };
  return codecV3.encodeRequest(batch);
}
