import { assertTypename, invalid, isRecord } from "../internal/assert.ts";
import { bytesFromText, textFromBytes } from "../internal/bytes.ts";
import { StateFunError } from "../internal/errors.ts";
import { reasonOf, show } from "../internal/show.ts";
import { createType, valueInvalid } from "./create-type.ts";
import { guarded } from "./guarded.ts";
import type { InputOf, OutputOf, StandardResult, StandardSchemaV1 } from "./standard-schema.ts";
import type { Type, Typename } from "./type.ts";

type Validate = (value: unknown) => unknown;

/**
 * A schema that checks nothing, for a type without a validator:
 * `json("demo/Logout", shape<{ at: number }>())`.
 */
export function shape<V>(): StandardSchemaV1<V, V> {
  return {
    "~standard": {
      version: 1,
      vendor: "statefun",
      // Nothing is checked: what this returns is what the author of the type says it is.
      validate: (value) => ({ value: value as V }),
    },
  };
}

/**
 * A JSON value, checked by any Standard Schema (zod, valibot, arktype …) at the sender and at the
 * receiver. The wire holds the input of the schema, so a transform runs where the value is read; a state
 * needs a schema without a transform. Asynchronous schemas are refused.
 */
export function json<const N extends Typename, Schema extends StandardSchemaV1>(
  typename: N,
  schema: Schema,
): Type<OutputOf<Schema>, N, InputOf<Schema>>;
export function json<V, const N extends Typename = Typename>(typename: N): Type<V, N>;
export function json(typename: Typename, schema: StandardSchemaV1 = shape()): Type<unknown> {
  assertTypename(typename, "the typename of a type");
  const standard = isValidSchema(schema) ? schema["~standard"] : undefined;
  if (standard === undefined) {
    const text = `expected a Standard Schema, as zod's, or shape<T>() for a type of TypeScript alone`;
    throw invalid(`json ${typename}: ${text}, got ${show(schema)}`);
  }
  const validate: Validate = (value) => {
    const result = validated(typename, standard, value);
    if (result.issues) {
      const issues = result.issues.map(({ message }) => message).join("; ");
      throw valueInvalid(typename, issues, describe(value));
    }
    return result.value;
  };
  const checks = standard.vendor !== "statefun";
  return createType<unknown, string, unknown>({
    typename,
    traits: {
      json: true,
      encodeState: checks ? (value) => encodeState(typename, validate, value) : undefined,
    },
    encode: (value) => {
      if (checks) validate(value);
      return bytesFromText(stringify(typename, value));
    },
    encodeTagged: (value) => {
      const output = validate(value);
      return { bytes: bytesFromText(stringify(typename, value)), value: output };
    },
    decode: (bytes) =>
      validate(
        guarded(typename, "expected JSON", "other bytes", () => JSON.parse(textFromBytes(bytes))),
      ),
  });
}

/** A schema that throws, or that has to be waited for, is a mistake of the program and not of the value. */
function validated(
  typename: string,
  { validate }: StandardSchemaV1["~standard"],
  value: unknown,
): StandardResult<unknown> {
  let result: unknown;
  try {
    result = validate(value);
  } catch (cause) {
    const text = `json ${typename}: the schema threw (${reasonOf(cause)})`;
    throw new StateFunError("invalid_argument", text, { cause });
  }
  const { then } = Object(result);
  if (isRecord(result) && typeof then !== "function") return result as StandardResult<unknown>;
  Promise.resolve(result).catch(() => undefined);
  const what = then === undefined ? `gave ${show(result)}` : "is asynchronous";
  throw invalid(`json ${typename}: the schema ${what}`);
}

function isValidSchema(schema: unknown): schema is StandardSchemaV1 {
  // A schema may be a function: arktype's are.
  const standard: unknown = Object(schema)["~standard"];
  return isRecord(standard) && typeof standard["validate"] === "function";
}

function stringify(typename: string, value: unknown): string {
  let text: unknown;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw valueInvalid(typename, `cannot be JSON (${reasonOf(error)})`, describe(value), error);
  }
  if (typeof text !== "string") throw valueInvalid(typename, "cannot be JSON", value);
  return text;
}

/**
 * What is stored must read back as it is. A schema may drop keys or order them, but validating its own
 * output must change nothing, else each read would change the state a little more.
 */
function encodeState(typename: string, validate: Validate, value: unknown): Uint8Array {
  const text = stringify(typename, validate(value));
  if (text !== stringify(typename, value)) {
    const again = stringify(typename, validate(JSON.parse(text)));
    if (again !== text) {
      throw invalid(`json ${typename}: the schema transforms, which a state cannot undo`);
    }
  }
  return bytesFromText(text);
}

function describe(value: unknown): string {
  try {
    return JSON.stringify(value) ?? show(value);
  } catch {
    return show(value);
  }
}
