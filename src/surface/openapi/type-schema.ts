import { isRecord } from "../../internal/assert.ts";
import { bool, double, float, int, long, string } from "../../sdk/types/builtin-types.ts";
import type { AnyType } from "../../sdk/types/type.ts";
import { traitsOf } from "../../sdk/types/type-traits.ts";
import { scalarType } from "../json/scalars.ts";
import type { Schema } from "./schema.ts";

/** What can be said about the JSON form of a type. */
export interface TypeSchema {
  /** `bytes` has no JSON form. */
  readonly kind: "json" | "scalar" | "bytes";
  /** Of what is sent; undefined where the schema library does not say. */
  readonly schema: Schema | undefined;
}

/** Of one schema, in characters: a larger one helps nobody. */
const maxSchemaLength = 65_536;

const target = "draft-2020-12";

const integer64 = /^-?[0-9]{1,19}$/.source;
const floating: Schema = {
  oneOf: [{ type: "number" }, { type: "string", enum: ["NaN", "Infinity", "-Infinity"] }],
};
const scalars: ReadonlyMap<string, Schema> = new Map([
  [string.typename, { type: "string" }],
  [int.typename, { type: "integer", minimum: -2_147_483_648, maximum: 2_147_483_647 }],
  [long.typename, { oneOf: [{ type: "integer" }, { type: "string", pattern: integer64 }] }],
  [bool.typename, { type: "boolean" }],
  [double.typename, floating],
  [float.typename, floating],
]);

const known = new WeakMap<AnyType, TypeSchema>();

/** Asks the schema library once: a type does not change. */
export function typeSchemaOf(type: AnyType): TypeSchema {
  const found = known.get(type) ?? made(type);
  known.set(type, found);
  return found;
}

function made(type: AnyType): TypeSchema {
  const { typename } = type;
  if (scalarType(typename) !== undefined) return { kind: "scalar", schema: scalars.get(typename) };
  const { json, schema } = traitsOf(type);
  if (json === undefined) return { kind: "bytes", schema: undefined };
  return { kind: "json", schema: schemaFrom(schema) };
}

/**
 * The JSON Schema of what a schema takes, by the interface that libraries share (zod from 4.2 on, arktype): the wire has its
 * input. What cannot be said in JSON Schema, and what is too large, is undefined.
 */
function schemaFrom(schema: unknown): Schema | undefined {
  try {
    const { jsonSchema } = Object(Object(schema)["~standard"]);
    const input: unknown = Object(jsonSchema).input?.({ target });
    const text = input === undefined ? undefined : JSON.stringify(input);
    if (text === undefined || text.length > maxSchemaLength) return undefined;
    // A copy, so that it is plain data whatever a library gave.
    const plain: unknown = JSON.parse(text);
    return isRecord(plain) && !Array.isArray(plain) ? plain : undefined;
  } catch {
    // A transform, for one, has no schema.
    return undefined;
  }
}
