import { isRecord } from "../internal/assert.ts";
import { noBytes } from "../internal/bytes.ts";
import { StateFunError } from "../internal/errors.ts";
import type { WireValue } from "../model/invocation.ts";
import { headersFromWire, headersToWire, type MessageHeaders } from "./headers.ts";
import type { AnyType, Type } from "./type.ts";
import { isAnyValue, readsTypename } from "./type-traits.ts";

/**
 * Any value with its type's name: what a function without `accepts` gets. May be sent on as it is;
 * forwarding keeps its headers unless others are given.
 */
export interface Message {
  readonly "~message": true;
  readonly typename: string;
  /** A view of the request: copy it to keep it longer than the invocation. */
  readonly bytes: Uint8Array;
  readonly headers: MessageHeaders;
  /** Narrows: after `if (message.is(Login))`, `message.value` is a Login. */
  is<V, N extends string, I>(
    type: Type<V, N, I>,
  ): this is this & { readonly typename: N; readonly value: V };
  /** Throws `message_undecodable` when the message is of another type or its bytes cannot be read. */
  as<V, N extends string, I>(type: Type<V, N, I>): V;
}

/**
 * A `Message` whose value is known. Only made by `type.of`, or handed to a handler: `{ typename, value }`
 * written by hand is data, never a tag.
 */
export interface TypedValue<Value = unknown, Name extends string = string> extends Message {
  readonly typename: Name;
  readonly value: Value;
  readonly "~typed": true;
}

/** The one implementation. Decodes when asked, and once. */
class MessageValue {
  readonly #wire: WireValue;
  readonly #type: AnyType | undefined;
  #narrowed: AnyType | undefined;
  #value: unknown;
  #headers: MessageHeaders | undefined;

  constructor(wire: WireValue, type: AnyType | undefined, value: unknown) {
    this.#wire = wire;
    this.#type = type;
    this.#value = value;
  }

  get "~message"(): true {
    return true;
  }

  get "~typed"(): boolean {
    return this.#type !== undefined;
  }

  get typename(): string {
    return this.#type?.typename ?? this.#wire.typename;
  }

  get bytes(): Uint8Array {
    return this.#wire.bytes ?? noBytes;
  }

  get headers(): MessageHeaders {
    this.#headers ??= headersFromWire(this.#wire.headers);
    return this.#headers;
  }

  get value(): unknown {
    return this.#type === undefined && this.#narrowed ? this.as(this.#narrowed) : this.#value;
  }

  is(type: AnyType): boolean {
    const is = readsTypename(type, this.#wire.typename);
    if (is) this.#narrowed = type;
    return is;
  }

  as(type: AnyType): unknown {
    if (type === this.#type) return this.#value;
    if (isAnyValue(type)) return this;
    if (!readsTypename(type, this.#wire.typename)) {
      throw new StateFunError(
        "message_undecodable",
        `a message of type ${this.#wire.typename} is no ${type.typename}`,
      );
    }
    return decodeArgument(type, this.#wire);
  }
}

/** A message as it came: its type is known by name only. */
export function messageFromWire(wire: WireValue): Message {
  // The accessors of the class are what the interface promises; `is` narrows what TypeScript cannot see.
  return new MessageValue(wire, undefined, undefined) as unknown as Message;
}

export function typedValueFromWire(wire: WireValue, type: AnyType, value: unknown): TypedValue {
  // As above, with a type and a value, hence "~typed".
  return new MessageValue(wire, type, value) as unknown as TypedValue;
}

/** JSON data can look like a message in everything but its bytes. */
export function isMessage(value: unknown): value is Message {
  return isRecord(value) && value["~message"] === true && value["bytes"] instanceof Uint8Array;
}

export function messageToWire(message: Message): WireValue {
  const inner = "value" in message ? message.value : undefined;
  // A tagged `anyValue` is the message in it, not a message about it.
  if (message.typename === "statefun/any" && isMessage(inner)) return messageToWire(inner);
  return {
    typename: message.typename,
    bytes: message.bytes,
    headers: headersToWire(message.headers),
  };
}

/** Decodes the argument of an invocation; whatever stops it is `message_undecodable`. */
export function decodeArgument(type: AnyType, wire: WireValue): unknown {
  if (wire.bytes === undefined) {
    throw new StateFunError("message_undecodable", `a message of ${type.typename} has no value`);
  }
  try {
    return type.decode(wire.bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StateFunError(
      "message_undecodable",
      `a message of ${type.typename} cannot be read: ${reason}`,
      { cause: error },
    );
  }
}
