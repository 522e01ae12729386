import { invalid } from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";
import type { WireHeader, WireValue } from "../../model/invocation.ts";
import { isMessage, messageToWire } from "../types/message.ts";
import type { Accepts } from "../types/type.ts";
import { traitsOf } from "../types/type-traits.ts";
import { acceptedType, notAccepted } from "./accepted-value.ts";

/**
 * What is sent as it goes on the wire: a message as it is, anything else by the one type that the target
 * accepts. `headers` replace those of the message. Values of immutable types may be written later, when `lifetime` says
 * so: "batch" for what is written within the batch, "engine" for what an engine keeps.
 */
export function encodeMessage(
  to: string,
  accepts: Accepts,
  message: unknown,
  headers: readonly WireHeader[] | undefined,
  lifetime?: "batch" | "engine",
): WireValue {
  if (isMessage(message)) {
    if (message.typename === "statefun/any") {
      // A tagged `anyValue` is the message in it, not a message about it.
      const inner: unknown = Object(message).value;
      if (isMessage(inner)) return encodeMessage(to, accepts, inner, headers);
    }
    const value = messageToWire(message);
    if (value.typename === "") throw invalid(`a message to ${to} has no typename`);
    if (accepts !== undefined && acceptedType(accepts, value.typename) === undefined) {
      throw invalid(notAccepted(to, accepts, value.typename));
    }
    return headers === undefined ? value : { ...value, headers };
  }
  const type = accepts !== undefined && "typename" in accepts ? accepts : undefined;
  const traits = type && traitsOf(type);
  if (type === undefined || traits?.any !== undefined) {
    throw invalid(`a message to ${to} must be tagged, type.of(value), got ${show(message)}`);
  }
  const kept = lifetime && traits?.immutable && !headers && traits.keep?.(message, false);
  if (kept && (lifetime === "batch" || kept.size !== undefined)) return kept;
  return { typename: type.typename, bytes: type.encode(message), headers: headers ?? [] };
}
