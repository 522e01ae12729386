import { assertTypename, invalid } from "../../internal/assert.ts";
import { copyOf, sameBytes } from "../../internal/bytes.ts";
import { assertNoPromise } from "../../internal/promises.ts";
import { coded } from "./coded.ts";
import { createType, valueInvalid } from "./create-type.ts";
import type { Type, Typename } from "./type.ts";
import type { KeptValue } from "./type-traits.ts";

/**
 * Bytes as they are, under a name. They are copied on the way in and on the way out.
 *
 * @example
 * ```ts
 * import { bytes } from "statefun";
 *
 * export const Picture = bytes("demo/Picture");
 *
 * console.log(Picture.of(new Uint8Array([1, 2, 3])).value.length);
 * ```
 */
export function bytes<const N extends Typename>(typename: N): Type<Uint8Array, N> {
  const kept = (bytes: Uint8Array): KeptValue => ({
    typename,
    bytes,
    headers: [],
    maxBytes: bytes.length,
    open: () => copyOf(bytes),
    holds: (value) => value instanceof Uint8Array && sameBytes(value, bytes),
  });
  return createType<Uint8Array, N>({
    typename,
    // What is only read is compared without a copy.
    traits: { keep: (value) => kept(copyOf(bytesOfType(typename, value))), read: kept },
    encode: (value) => copyOf(bytesOfType(typename, value)),
    decode: (value) => copyOf(bytesOfType(typename, value)),
  });
}

/**
 * A type of your own format. `encode` and `decode` must be each other's inverse; what they return may be
 * the value itself, it is copied. An error that they throw becomes `value_invalid` with the cause kept. They must not be
 * asynchronous: a promise is `invalid_argument`.
 *
 * @example
 * ```ts
 * import { customType } from "statefun";
 *
 * // Milliseconds as text, as another program writes them.
 * export const Day = customType<Date, "demo/Day">({
 *   typename: "demo/Day",
 *   encode: (date) => new TextEncoder().encode(date.toISOString()),
 *   decode: (bytes) => new Date(new TextDecoder().decode(bytes)),
 * });
 * ```
 */
export function customType<V, const N extends Typename = Typename>(options: {
  readonly typename: N;
  encode(value: V): Uint8Array;
  decode(bytes: Uint8Array): V;
}): Type<V, N> {
  const { typename }: { readonly typename: N } = Object(options);
  assertTypename(typename, "the typename of a type");
  if (typeof options.encode !== "function" || typeof options.decode !== "function") {
    throw invalid(`customType ${typename} must have the functions encode and decode`);
  }
  return createType<V, N>({
    typename,
    encode: (value) => {
      const result = coded(typename, "cannot be encoded", value, () => options.encode(value));
      assertNoPromise(result, `encode of ${typename}`);
      return copyOf(bytesOfType(typename, result));
    },
    decode: (encoded) => {
      const decode = () => options.decode(copyOf(encoded));
      const result = coded(typename, "cannot be decoded", encoded, decode);
      assertNoPromise(result, `decode of ${typename}`);
      return result;
    },
  });
}

function bytesOfType(typename: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw valueInvalid(typename, "expected bytes, a Uint8Array", value);
}
