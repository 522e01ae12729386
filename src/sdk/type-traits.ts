import type { StateFunErrorCode } from "../internal/errors.ts";
import type { WireValue } from "../model/invocation.ts";
import type { AnyType } from "./type.ts";

/**
 * What the executor knows of a type beyond its public face. A type that somebody wrote by hand has none
 * of these and is treated with the most care.
 */
export interface TypeTraits {
  /** Values cannot change in place, so nothing has to look for it. */
  readonly immutable?: boolean;
  /** A protobuf message, known by what follows the last slash: other hosts before it are allowed. */
  readonly protobuf?: boolean;
  /** The bytes are a JSON text. */
  readonly json?: boolean;
  /** How a value of a state is encoded, where that is not how an input is. The bytes may be the value's. */
  readonly encodeState?: ((value: unknown) => Uint8Array) | undefined;
  /** Only `anyValue`: reads and writes a value whatever its typename. */
  readonly any?: {
    /** `code` is for what cannot be read later. */
    fromWire(value: WireValue, code: StateFunErrorCode): unknown;
    toWire(value: unknown): WireValue;
  };
}

export function traitsOf(type: AnyType): TypeTraits {
  // The property is put there by `createType` alone, with exactly this shape.
  return (type as { readonly "~traits"?: TypeTraits })["~traits"] ?? {};
}

/** Whether a value of this typename can be read by the type. */
export function readsTypename(type: AnyType, typename: string): boolean {
  const { any, protobuf } = traitsOf(type);
  const tail = (name: string): string => name.slice(name.lastIndexOf("/") + 1);
  return (
    typename === type.typename ||
    any !== undefined ||
    (protobuf === true && tail(typename) === tail(type.typename))
  );
}
