import { inTime, orAborted } from "../../internal/deadline.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { SurfaceHost } from "../../surface/surface-host.ts";
import type { Placement } from "../object-names.ts";
import type { ObjectRpc, RpcResult } from "../object-rpc.ts";
import { platformErrorOf, resultOf } from "../rpc-result.ts";

/** An answer is not held up for longer by a warning. */
const warningMs = 2_000;

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
  /** Who sends may repeat what ended the object: the next request says so, once, so that the object is careful then. */
  const asked = async <T>(
    target: WireAddress,
    rpc: (object: ObjectRpc, name: string) => Promise<RpcResult<T>>,
  ): Promise<T> => {
    const { name, object } = of(target);
    try {
      return await resultOf(() => rpc(object, name));
    } catch (error) {
      const why = platformErrorOf(error);
      if (why !== undefined) await warn(name, of(target).object, why.isOutOfResources);
      throw error;
    }
  };
  return {
    now: () => Date.now(),
    send: (arrival) =>
      asked(arrival.target, (object, name) => object.send(name, arrival, isUnchecked)),
    async call(arrival, timeoutMs, signal) {
      signal?.throwIfAborted();
      const answer = asked(arrival.target, (object, name) =>
        object.call(name, arrival, timeoutMs, isUnchecked),
      );
      return orAborted(answer, signal);
    },
  };
}

/** Never rejects: the object may be gone for longer, or be of older code. */
async function warn(name: string, object: ObjectRpc, isOutOfResources: boolean): Promise<void> {
  const warning = resultOf(() => object.warn(name, isOutOfResources));
  await inTime(
    warningMs,
    warning.catch(() => {}),
    () => {},
  );
}
