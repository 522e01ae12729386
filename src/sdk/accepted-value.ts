import { StateFunError } from "../internal/errors.ts";
import type { WireValue } from "../model/invocation.ts";
import { decodeArgument, messageFromWire, typedValueFromWire } from "./message.ts";
import type { Accepts } from "./type.ts";
import { readsTypename } from "./type-traits.ts";

/**
 * What a handler gets of an argument: the bare value for one type, a tagged one for a list, the message
 * without either. Throws `message_undecodable`.
 */
export function acceptedValue(by: string, accepts: Accepts, argument: WireValue): unknown {
  if (accepts === undefined) return messageFromWire(argument);
  if ("typename" in accepts && accepts.typename === argument.typename) {
    return decodeArgument(accepts, argument);
  }
  const types = [accepts].flat();
  // An exact name goes before a name that only ends alike.
  const type =
    types.find(({ typename }) => typename === argument.typename) ??
    types.find((one) => readsTypename(one, argument.typename));
  if (type === undefined) {
    const names = types.map(({ typename }) => typename).join(", ");
    throw new StateFunError(
      "message_undecodable",
      `${by} accepts ${names}, got a message of ${argument.typename}`,
    );
  }
  const value = decodeArgument(type, argument);
  return type === accepts ? value : typedValueFromWire(argument, type, value);
}
