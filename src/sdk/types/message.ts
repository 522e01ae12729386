import { isRecord } from "../../internal/assert.ts";
import { copyOf, noBytes } from "../../internal/bytes.ts";
import { StateFunError, type StateFunErrorCode } from "../../internal/errors.ts";
import { reasonOf } from "../../internal/show.ts";
import type { WireValue } from "../../model/invocation.ts";
import { plainOf } from "../../model/plain-bytes.ts";
import { assertType } from "./assert-type.ts";
import { headersFromWire, headersToWire, type MessageHeaders } from "./headers.ts";
import type { AnyType, Message, TypedValue } from "./type.ts";
import { readsTypename, traitsOf } from "./type-traits.ts";

/** The one implementation. A received message has no type until `is` finds one. */
class MessageValue {
  readonly typename: string;
  readonly #wire: WireValue;
  readonly #code: StateFunErrorCode;
  #type: AnyType | undefined;
  #value: unknown;
  #bytes: Uint8Array | undefined;

  constructor(wire: WireValue, code: StateFunErrorCode, type?: AnyType, value?: unknown) {
    this.typename = type?.typename ?? wire.typename;
    this.#wire = wire;
    this.#code = code;
    this.#type = type;
    this.#value = value;
  }

  /** What it is on the wire; undefined for a message that was not made here. */
  static wireOf(message: object): WireValue | undefined {
    return #wire in message ? message.#wire : undefined;
  }

  get "~message"(): true {
    return true;
  }

  get "~typed"(): boolean {
    return this.#type !== undefined;
  }

  get bytes(): Uint8Array {
    this.#bytes ??= copyOf(finishedBytes(this.#wire));
    return this.#bytes;
  }

  get headers(): MessageHeaders {
    return headersFromWire(this.#wire.headers);
  }

  get value(): unknown {
    // After `is` the value is decoded when it is first asked for.
    if (this.#value === undefined && this.#type !== undefined) {
      this.#value = decodeValue(this.#type, this.#wire, this.#code);
    }
    return this.#value;
  }

  is(type: AnyType): boolean {
    assertType(type, "what a message is read as");
    const is = readsTypename(type, this.#wire.typename);
    if (is && type !== this.#type) {
      this.#type = type;
      this.#value = undefined;
    }
    return is;
  }

  as(type: AnyType): unknown {
    if (this.is(type)) return this.value;
    throw undecodable(this.#code, this.typename, `it is no ${type.typename}`);
  }
}

/**
 * A message as it came: its type is known by name only. `code` says whose fault it is when it cannot be read
 * as another type: the message's, or that of the state which it was stored in.
 */
export function messageFromWire(
  wire: WireValue,
  code: StateFunErrorCode = "message_undecodable",
): Message {
  // The members of the class are what the interface promises; `is` narrows what TypeScript cannot see.
  return new MessageValue(wire, code) as unknown as Message;
}

export function typedValueFromWire(wire: WireValue, type: AnyType, value: unknown): TypedValue {
  // As above, with a type and a value, hence "~typed".
  return new MessageValue(wire, "message_undecodable", type, value) as unknown as TypedValue;
}

/** JSON data can look like a message in everything but its bytes. */
export function isMessage(value: unknown): value is Message {
  if (!isRecord(value)) return false;
  // One of ours is not asked for its bytes, since it would make a copy of them.
  if (MessageValue.wireOf(value) !== undefined) return true;
  return value["~message"] === true && value["bytes"] instanceof Uint8Array;
}

/** As it came, under the very name that it came under; always with a value, since some SDKs refuse none. */
export function messageToWire(message: Message): WireValue {
  const wire = MessageValue.wireOf(message);
  if (wire !== undefined) {
    const { typename, bytes = noBytes, headers } = wire;
    return { typename, bytes, headers };
  }
  const { typename, bytes, headers } = message;
  return { typename, bytes: copyOf(bytes), headers: headersToWire(headers) };
}

/** The bytes of a value. Throws for one that is encrypted later. */
export function finishedBytes({ typename, bytes = noBytes }: WireValue): Uint8Array {
  plainOf(bytes)?.assertSealed(typename);
  return bytes;
}

/** Decodes the argument of an invocation, unless `code` says that it is a state; whatever stops it has that code. */
export function decodeValue(
  type: AnyType,
  wire: WireValue,
  code: StateFunErrorCode = "message_undecodable",
): unknown {
  const { any, kept } = traitsOf(type);
  if (any !== undefined) return any.fromWire(wire, code);
  const own = kept?.(wire);
  // Bytes of what is kept would be written for this.
  const bytes = own ? noBytes : wire.bytes;
  if (bytes === undefined) throw undecodable(code, type.typename, "it has no value");
  try {
    return own ? own.open() : type.decode(bytes);
  } catch (error) {
    // The program's mistake, an asynchronous schema for one, is not the message's; nor is a key that is missing.
    const found = error instanceof StateFunError ? error.code : undefined;
    if (found === "invalid_argument" || found === "unavailable") throw error;
    throw undecodable(code, type.typename, reasonOf(error), error);
  }
}

function undecodable(
  code: StateFunErrorCode,
  typename: string,
  reason: string,
  cause?: unknown,
): StateFunError {
  return new StateFunError(code, `a message of ${typename} cannot be read: ${reason}`, { cause });
}
