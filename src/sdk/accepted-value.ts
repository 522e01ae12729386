import { StateFunError } from "../internal/errors.ts";
import type { WireValue } from "../model/invocation.ts";
import { decodeArgument, messageFromWire, typedValueFromWire } from "./message.ts";
import type { Accepts, AnyType } from "./type.ts";
import { isAnyValue, readsTypename } from "./type-traits.ts";

/**
 * What a handler gets of an argument: the bare value for one type, a tagged one for a list, the message
 * without either. Throws `message_undecodable`.
 */
export function acceptedValue(by: string, accepts: Accepts, argument: WireValue): unknown {
  if (accepts === undefined) return messageFromWire(argument);
  if ("typename" in accepts) {
    if (readsTypename(accepts, argument.typename)) return valueOf(accepts, argument);
  } else {
    // An exact name goes before a name that only ends alike, and both before "any".
    const type =
      accepts.find(({ typename }) => typename === argument.typename) ??
      accepts.find((one) => !isAnyValue(one) && readsTypename(one, argument.typename)) ??
      accepts.find(isAnyValue);
    if (type !== undefined) return typedValueFromWire(argument, type, valueOf(type, argument));
  }
  const names = [accepts].flat().map(({ typename }) => typename);
  throw new StateFunError(
    "message_undecodable",
    `${by} accepts ${names.join(", ")}, got a message of ${argument.typename}`,
  );
}

function valueOf(type: AnyType, argument: WireValue): unknown {
  return isAnyValue(type) ? messageFromWire(argument) : decodeArgument(type, argument);
}
