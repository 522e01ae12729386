import { assertTypename, invalid, isRecord } from "../../internal/assert.ts";
import { bytesFromText } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { assertNoPromise } from "../../internal/promises.ts";
import { reasonOf, show } from "../../internal/show.ts";
import { createType } from "./create-type.ts";
import { copyJson, keepJson, parseJson, readJson, textOf, type Validate } from "./json-data.ts";
import { schemaError } from "./schema-issues.ts";
import type { InputOf, OutputOf, StandardResult, StandardSchemaV1 } from "./standard-schema.ts";
import type { Type, Typename } from "./type.ts";

/**
 * A schema that checks nothing, for a type without a validator:
 * `json("demo/Logout", shape<{ at: number }>())`.
 *
 * @example
 * ```ts
 * import { json, shape } from "statefun";
 *
 * interface Logout {
 *   readonly at: number;
 * }
 *
 * export const Logout = json("demo/Logout", shape<Logout>());
 * ```
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
 *
 * Values must be plain data, which JSON gives back as it is: anything else is `value_invalid`, with its path.
 * A property that is `undefined` counts as absent.
 *
 * @example
 * ```ts
 * import { json } from "statefun";
 * import { z } from "zod";
 *
 * const Login = json("demo/Login", z.object({ user: z.string(), visits: z.number().default(0) }));
 *
 * // The sender may leave out what has a default.
 * console.log(Login.decode(Login.encode({ user: "zoe" })));
 * ```
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
    if (result.issues) throw schemaError(typename, result.issues);
    return result.value;
  };
  const checks = standard.vendor !== "statefun" ? validate : undefined;
  return createType<unknown, string, unknown>({
    typename,
    traits: {
      json: validate,
      schema,
      keep: (value, isAssigned) => keepJson(typename, value, checks, isAssigned),
      read: (bytes) => readJson(typename, bytes, checks),
    },
    encode: (value) => {
      // The receiver validates what it gets, which is the copy.
      const plain = copyJson(typename, value);
      const bytes = bytesFromText(textOf(typename, plain));
      checks?.(plain.data);
      return bytes;
    },
    decode: (bytes) => {
      const data = parseJson(typename, bytes);
      return checks === undefined ? data : checks(data);
    },
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
  assertNoPromise(result, `json ${typename}: the schema`);
  if (isRecord(result)) return result as StandardResult<unknown>;
  throw invalid(`json ${typename}: the schema gave ${show(result)}`);
}

function isValidSchema(schema: unknown): schema is StandardSchemaV1 {
  // A schema may be a function: arktype's are.
  const standard: unknown = Object(schema)["~standard"];
  return isRecord(standard) && typeof standard["validate"] === "function";
}
