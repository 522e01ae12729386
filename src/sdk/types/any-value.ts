import { copyOf } from "../../internal/bytes.ts";
import { anyFromBytes, bytesFromAny } from "../../protocol/v2/value.ts";
import { coded } from "./coded.ts";
import { createType, valueInvalid } from "./create-type.ts";
import { finishedBytes, isMessage, messageFromWire, messageToWire } from "./message.ts";
import type { Message, Type } from "./type.ts";

/**
 * A value of any type, as a `Message`: state shared with functions of other languages, messages passed
 * through. On wire v2 the stored bytes are those of the message's own Any, as the Python SDK stores them;
 * on v3, where a state has one type, a serialized Any under the typename `statefun/any`. State keeps no
 * headers.
 *
 * @example
 * ```ts
 * import { anyValue, StatefulFunctions } from "statefun";
 *
 * const functions = new StatefulFunctions();
 * functions.bind("demo/last", { state: { last: anyValue } }, (context, message) => {
 *   context.state.last = message;
 * });
 * ```
 */
export const anyValue: Type<Message, "statefun/any"> = /* @__PURE__ */ createType({
  typename: "statefun/any",
  traits: {
    immutable: true,
    reads: () => true,
    any: { fromWire: messageFromWire, toWire: (value) => messageToWire(assertMessage(value)) },
  },
  encode: (message) => {
    const wire = messageToWire(assertMessage(message));
    return bytesFromAny({ ...wire, bytes: finishedBytes(wire) });
  },
  decode: (bytes) =>
    coded("statefun/any", "expected a serialized Any", "other bytes", () =>
      messageFromWire(anyFromBytes(copyOf(bytes)), "state_undecodable"),
    ),
});

function assertMessage(value: unknown): Message {
  if (isMessage(value)) return value;
  throw valueInvalid("statefun/any", "expected a message", value);
}
