import { isRecord } from "../../internal/assert.ts";
import type { AnyType } from "../../sdk/types/type.ts";
import type { Schema } from "./schema.ts";
import { type TypeSchema, typeSchemaOf } from "./type-schema.ts";

/** Keywords whose values are data, in which nothing is a reference. */
const dataKeywords = new Set(["const", "enum", "default", "examples", "example"]);
/** Keywords whose values have a schema for each name. */
const namedSchemas = new Set([
  ...["properties", "patternProperties", "dependentSchemas"],
  ...["$defs", "definitions"],
]);

/**
 * The schemas of types as `components` of a document. A reference within a schema library's schema means a place in that
 * schema, and in a document one of the document: its definitions stand beside it under names of their own.
 */
export class Components {
  readonly schemas: Record<string, Schema>;
  readonly #names = new Map<string, string>();

  constructor(schemas: Readonly<Record<string, Schema>>) {
    this.schemas = { ...schemas };
  }

  /** A reference to the schema of a type; any value where it has none. */
  of(type: AnyType): TypeSchema & { readonly schema: Schema } {
    const { kind, schema } = typeSchemaOf(type);
    if (schema === undefined || kind === "scalar") return { kind, schema: schema ?? {} };
    const known = this.#names.get(type.typename);
    const name = known ?? this.#add(type.typename, schema);
    return { kind, schema: { $ref: `#/components/schemas/${name}` } };
  }

  #add(typename: string, schema: Schema): string {
    const name = this.#free(typename.replaceAll(/[^\w.-]/g, "_"));
    this.#names.set(typename, name);
    // It is taken, also while its definitions are named.
    this.schemas[name] = {};
    const { $schema: _, $id: __, $defs, definitions, ...own } = schema;
    const inner = new Map<string, string>();
    const all = { ...Object(definitions), ...Object($defs) };
    for (const key of Object.keys(all)) {
      const innerName = this.#free(`${name}.${key.replaceAll(/[^\w.-]/g, "_")}`);
      this.schemas[innerName] = {};
      inner.set(key, innerName);
    }
    const moved = (reference: string): string => {
      if (reference === "#") return `#/components/schemas/${name}`;
      const [, key = "", rest = ""] =
        /^#\/(?:\$defs|definitions)\/([^/]*)(.*)$/.exec(reference) ?? [];
      // A name that is written as it is may look as if it had escapes.
      const innerName = inner.get(unescaped(key)) ?? inner.get(key);
      return innerName === undefined ? reference : `#/components/schemas/${innerName}${rest}`;
    };
    this.schemas[name] = Object(rewritten(own, moved));
    for (const [key, innerName] of inner)
      this.schemas[innerName] = Object(rewritten(all[key], moved));
    return name;
  }

  /** A name that no other schema has. */
  #free(wanted: string): string {
    let name = wanted;
    for (let count = 2; Object.hasOwn(this.schemas, name); count++) name = `${wanted}_${count}`;
    return name;
  }
}

/** A schema with its references moved. */
function rewritten(schema: unknown, moved: (reference: string) => string): unknown {
  if (Array.isArray(schema)) return schema.map((one) => rewritten(one, moved));
  if (!isRecord(schema)) return schema;
  const entries = Object.entries(schema).map(([keyword, value]) => {
    if (keyword === "$ref" && typeof value === "string") return [keyword, moved(value)];
    if (dataKeywords.has(keyword)) return [keyword, value];
    if (namedSchemas.has(keyword) && isRecord(value)) {
      const named = Object.entries(value).map(([name, one]) => [name, rewritten(one, moved)]);
      return [keyword, Object.fromEntries(named)];
    }
    return [keyword, rewritten(value, moved)];
  });
  return Object.fromEntries(entries);
}

/** A part of a JSON pointer in a fragment. What is no escape of a URL stands for itself: many write names as they are. */
function unescaped(part: string): string {
  return decoded(part).replaceAll("~1", "/").replaceAll("~0", "~");
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
