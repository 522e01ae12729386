import { assertTypename } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import { typedValueFromWire } from "./message.ts";
import type { Type } from "./type.ts";
import type { TypeTraits } from "./type-traits.ts";

/** How a type is made: a public type without `of`, and what only the executor needs to know. */
export interface TypeDefinition<Value, Name extends string, Input> {
  readonly typename: Name;
  encode(value: Input): Uint8Array;
  decode(bytes: Uint8Array): Value;
  readonly traits?: TypeTraits;
}

export function createType<Value, const Name extends string, Input = Value>(
  definition: TypeDefinition<Value, Name, Input>,
): Type<Value, Name, Input> {
  const { typename, encode, decode } = definition;
  assertTypename(typename, "the typename of a type");
  const type = {
    typename,
    encode,
    decode,
    of: (input: Input) => {
      const wire = { typename, bytes: encode(input), headers: [] };
      // Its value is what a reader of the bytes gets; only a message in an `anyValue` is its own reader.
      const value = definition.traits?.any && input;
      // The class implements TypedValue for whatever type and value it is given.
      return typedValueFromWire(wire, type, value) as ReturnType<Type<Value, Name, Input>["of"]>;
    },
    "~traits": definition.traits ?? {},
  };
  return type;
}

export function valueInvalid(
  typename: string,
  expected: string,
  value: unknown,
  cause?: unknown,
): StateFunError {
  return new StateFunError("value_invalid", `${typename}: ${expected}, got ${show(value)}`, {
    cause,
  });
}
