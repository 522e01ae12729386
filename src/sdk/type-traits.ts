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
  /** Any value of any type, as a Message. */
  readonly any?: boolean;
  /** How a value of a state is encoded, where that is not how an input is. */
  readonly encodeState?: ((value: unknown) => Uint8Array) | undefined;
  /** JSON by its meaning: what the HTTP surface needs to know. */
  readonly json?: boolean;
}

export function traitsOf(type: AnyType): TypeTraits {
  // The property is put there by `createType` alone, with exactly this shape.
  return (type as { readonly "~traits"?: TypeTraits })["~traits"] ?? {};
}

export function isAnyValue(type: AnyType): boolean {
  return traitsOf(type).any === true;
}

/** Whether a value of this typename can be read by the type. */
export function readsTypename(type: AnyType, typename: string): boolean {
  if (typename === type.typename) return true;
  const traits = traitsOf(type);
  return traits.any === true || (traits.protobuf === true && tail(typename) === tail(type.typename));
}

function tail(typename: string): string {
  return typename.slice(typename.lastIndexOf("/") + 1);
}
