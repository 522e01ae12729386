import { invalid, show } from "../internal/assert.ts";
import type { WireHeader, WireValue } from "../model/invocation.ts";
import { isMessage, messageToWire } from "./message.ts";
import type { Accepts, AnyType } from "./type.ts";

const noHeaders: readonly WireHeader[] = [];

/**
 * What is sent as it goes on the wire: a message as it is, anything else by the one type that the target
 * accepts. `headers` replace those of the message.
 */
export function encodeMessage(
  accepts: Accepts,
  message: unknown,
  headers: readonly WireHeader[] | undefined,
  target: () => string,
): WireValue {
  if (isMessage(message)) {
    const value = messageToWire(message);
    if (value.typename === "") throw invalid(`a message to ${target()} has no typename`);
    return headers === undefined ? value : { ...value, headers };
  }
  const type = onlyType(accepts);
  if (type === undefined) {
    const want = accepts === undefined ? "" : " (it accepts several types)";
    throw invalid(
      `a message to ${target()} must be tagged by its type, type.of(value)${want}, got ${show(message)}`,
    );
  }
  return { typename: type.typename, bytes: type.encode(message), headers: headers ?? noHeaders };
}

function onlyType(accepts: Accepts): AnyType | undefined {
  if (accepts === undefined || "typename" in accepts) return accepts;
  return undefined;
}
