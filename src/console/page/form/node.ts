import { type Branch, branchesOf } from "./branches.ts";
import { type Json, listed } from "./json.ts";
import { resolved, type Schema } from "./schema.ts";

/**
 * One part of a form: what can be filled in where a schema stands. Inner parts are schemas, which become nodes when they are
 * shown, so that a schema that contains itself has an end.
 */
export type FormNode = { readonly [K in Shape["kind"]]: NodeOf<K> }[Shape["kind"]];

/** A node of one kind. */
export type NodeOf<K extends Shape["kind"]> = K extends unknown
  ? Extract<Shape, { readonly kind: K }> & { readonly schema: Schema }
  : never;

type Plain<K> = K extends unknown ? { readonly kind: K } : never;

type Shape =
  | {
      readonly kind: "object";
      readonly properties: readonly Property[];
      /** Of every other property; undefined: there should be none. */
      readonly rest: unknown;
    }
  | {
      readonly kind: "array";
      /** Of the first items, one each. */
      readonly first: readonly unknown[];
      /** Of all items behind them; undefined: there are none. */
      readonly items: unknown;
      readonly min: number;
      readonly max: number;
    }
  | { readonly kind: "choice"; readonly branches: readonly Branch[] }
  | { readonly kind: "pick"; readonly values: readonly Json[] }
  /** `json` is what cannot be said better: JSON as text. */
  | Plain<"string" | "number" | "boolean" | "null" | "json">;

export interface Property {
  readonly name: string;
  readonly schema: unknown;
  readonly isRequired: boolean;
}

/** Parts of one kind that are shown as fields. */
export const maxParts = 200;

const scalars = ["string", "number", "boolean", "null"] as const;

export function nodeOf(given: unknown, root: Schema): FormNode {
  const schema = resolved(given, root);
  if (schema === undefined) return { kind: "json", schema: Object(given) };
  return { ...shapeOf(schema, root), schema } as FormNode;
}

function shapeOf(schema: Schema, root: Schema): Shape {
  const { const: constant, enum: several } = schema;
  const values = constant === undefined ? listed(several) : [constant];
  if (values.length > 0) return { kind: "pick", values: values as readonly Json[] };
  const branches = branchesOf(schema, root);
  if (branches !== undefined) {
    return branches.length === 0 ? { kind: "json" } : { kind: "choice", branches };
  }
  const {
    properties,
    prefixItems,
    items,
    type = impliedType(properties, prefixItems ?? items),
  } = schema;
  if (type === "object") return objectOf(schema, root);
  if (type === "array") return listOf(schema);
  return { kind: scalars.find((one) => one === type) ?? (type === "integer" ? "number" : "json") };
}

/** A schema may leave out what its other keywords say. */
function impliedType(properties: unknown, items: unknown): string {
  if (properties !== undefined) return "object";
  return items === undefined ? "" : "array";
}

function objectOf(schema: Schema, root: Schema): Shape {
  const { properties, required, additionalProperties, patternProperties, propertyNames } = schema;
  const needed = new Set(listed(required));
  const [pattern] = Object.values(Object(patternProperties));
  const rest = additionalProperties === false ? undefined : (additionalProperties ?? pattern);
  const { enum: names } = Object(resolved(propertyNames, root));
  // A map over a list of names is an object.
  const isClosed = properties === undefined && Array.isArray(names);
  const known = new Map(Object.entries(Object(properties)));
  // A property that must be there may have no schema of its own.
  for (const name of isClosed ? names : needed) {
    if (!known.has(name)) known.set(String(name), rest ?? {});
  }
  if (known.size > maxParts) return { kind: "json" };
  const all = [...known].map(([name, one]) => ({
    name,
    schema: one,
    isRequired: needed.has(name),
  }));
  return { kind: "object", properties: all, rest: isClosed ? undefined : rest };
}

function listOf({
  prefixItems,
  items,
  minItems,
  maxItems = Number.POSITIVE_INFINITY,
}: Schema): Shape {
  const first = listed(prefixItems);
  if (first.length > maxParts) return { kind: "json" };
  const isClosed = items === false || (items === undefined && first.length > 0);
  return {
    kind: "array",
    first,
    items: isClosed ? undefined : (items ?? {}),
    min: Number(minItems ?? 0),
    max: Math.min(isClosed ? first.length : Number.POSITIVE_INFINITY, Number(maxItems)),
  };
}
