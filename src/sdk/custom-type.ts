import { assertTypename, invalid } from "../internal/assert.ts";
import { createType, valueInvalid } from "./create-type.ts";
import { guarded } from "./guarded.ts";
import type { Type, Typename } from "./type.ts";

/** Bytes as they are, under a name. They are copied on the way in and on the way out. */
export function bytes<const N extends Typename>(typename: N): Type<Uint8Array, N> {
  return customType({ typename, encode: (value: Uint8Array) => value, decode: (value) => value });
}

/**
 * A type of your own format. `encode` and `decode` must be each other's inverse; what they return may be
 * the value itself, it is copied. An error that they throw becomes `value_invalid` with the cause kept.
 */
export function customType<V, const N extends Typename = Typename>(options: {
  readonly typename: N;
  encode(value: V): Uint8Array;
  decode(bytes: Uint8Array): V;
}): Type<V, N> {
  const { typename } = options;
  assertTypename(typename, "the typename of a type");
  if (typeof options.encode !== "function" || typeof options.decode !== "function") {
    throw invalid(`customType ${typename} must have the functions encode and decode`);
  }
  const encode = (value: V): Uint8Array => {
    const result = guarded(typename, "cannot be encoded", value, () => options.encode(value));
    if (result instanceof Uint8Array) return result;
    throw valueInvalid(typename, "expected bytes, a Uint8Array", result);
  };
  return createType<V, N>({
    typename,
    traits: { encodeState: (value) => encode(value as V) },
    encode: (value) => encode(value).slice(),
    decode: (encoded) =>
      guarded(typename, "cannot be decoded", encoded, () => options.decode(encoded.slice())),
  });
}
