import { StateFunError } from "../../internal/errors.ts";
import type { WireValue } from "../../model/invocation.ts";
import { decodeValue, messageFromWire, typedValueFromWire } from "../types/message.ts";
import type { Accepts, AnyType } from "../types/type.ts";
import { readsTypename, writerOf } from "../types/type-traits.ts";

/** The accepted type that reads this typename. An exact name goes before a name that only ends alike. */
export function acceptedType(
  accepts: AnyType | readonly AnyType[],
  typename: string,
): AnyType | undefined {
  const isOne = "typename" in accepts;
  if (isOne && accepts.typename === typename) return accepts;
  const types = isOne ? [accepts] : accepts;
  return (
    types.find((type) => type.typename === typename) ??
    types.find((type) => readsTypename(type, typename))
  );
}

/** The type that wrote what came under this typename: the accepted one, or one before it. */
export function writtenType(
  accepts: AnyType | readonly AnyType[],
  typename: string,
): AnyType | undefined {
  const type = acceptedType(accepts, typename);
  return type && writerOf(type, typename);
}

/** Why a message of this typename is none for `by`. */
export function notAccepted(
  by: string,
  accepts: AnyType | readonly AnyType[],
  typename: string,
): string {
  const names = [accepts].flat().map((type) => type.typename);
  return `${by} accepts ${names.join(", ")}, got a message of ${typename}`;
}

/**
 * What a handler gets of an argument: the bare value for one type, a tagged one for a list, the message
 * without either. Throws `message_undecodable`.
 */
export function acceptedValue(by: string, accepts: Accepts, argument: WireValue): unknown {
  if (accepts === undefined) return messageFromWire(argument);
  const type = acceptedType(accepts, argument.typename);
  if (type === undefined) {
    throw new StateFunError("message_undecodable", notAccepted(by, accepts, argument.typename));
  }
  const value = decodeValue(type, argument);
  return type === accepts ? value : typedValueFromWire(argument, type, value);
}
