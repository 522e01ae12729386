import { orAborted } from "../internal/deadline.ts";
import type { WireAddress } from "../model/invocation.ts";
import type { SurfaceHost } from "../surface/surface-host.ts";
import type { Placement } from "./object-names.ts";
import type { ObjectRpc } from "./object-rpc.ts";
import { resultOf } from "./rpc-result.ts";

/** An object that holds an address, by its name. */
export type ObjectOf = (address: WireAddress) => {
  readonly name: string;
  readonly object: ObjectRpc;
};

export function objectOf(
  placement: Placement,
  stub: (name: string, address: WireAddress) => ObjectRpc,
): ObjectOf {
  return (address) => {
    const name = placement(address);
    return { name, object: stub(name, address) };
  };
}

/** `send` and `call` to objects. `isUnchecked`: whoever sends does not know the functions, so the object checks the message. */
export function objectCalls(
  of: ObjectOf,
  isUnchecked: boolean,
): Pick<SurfaceHost, "send" | "call" | "now"> {
  return {
    now: () => Date.now(),
    send(arrival) {
      const { name, object } = of(arrival.target);
      return resultOf(() => object.send(name, arrival, isUnchecked));
    },
    async call(arrival, timeoutMs, signal) {
      signal?.throwIfAborted();
      const { name, object } = of(arrival.target);
      return orAborted(
        resultOf(() => object.call(name, arrival, timeoutMs, isUnchecked)),
        signal,
      );
    },
  };
}
