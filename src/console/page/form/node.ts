import { type Branch, branchesOf } from "./branches.ts";
import type { Json } from "./json.ts";
import { resolved, type Schema } from "./schema.ts";

/**
 * One part of a form: what can be filled in where a schema stands. Inner parts are schemas, which become nodes when they are
 * shown, so that a schema that contains itself has an end.
 */
export type FormNode = Notes &
  (
    | {
        readonly kind: "object";
        readonly properties: readonly Property[];
        /** Of every other property; undefined: there should be none. */
        readonly rest: unknown;
      }
    | {
        readonly kind: "list";
        /** Of the first items, one each. */
        readonly first: readonly unknown[];
        /** Of all items behind them; undefined: there are none. */
        readonly items: unknown;
        readonly min: number;
        readonly max: number;
      }
    | { readonly kind: "choice"; readonly branches: readonly Branch[] }
    | { readonly kind: "pick"; readonly values: readonly Json[] }
    | {
        readonly kind: "text";
        readonly format: string;
        readonly pattern: string;
        readonly min: number;
        readonly max: number;
      }
    | { readonly kind: "number"; readonly isInteger: boolean; readonly bounds: Bounds }
    | { readonly kind: "boolean" | "null" }
    /** What cannot be said better: JSON as text. */
    | { readonly kind: "json" }
  );

interface Notes {
  readonly title: string;
  readonly description: string;
  readonly schema: Schema;
}

export interface Property {
  readonly name: string;
  readonly schema: unknown;
  readonly isRequired: boolean;
}

export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly isOver: boolean;
  readonly isUnder: boolean;
}

/** Properties and fixed items that are shown as fields. */
const maxParts = 200;

export function nodeOf(given: unknown, root: Schema): FormNode {
  const schema = resolved(given, root);
  if (schema === undefined) return { kind: "json", ...notesOf(Object(given)) };
  return { ...shapeOf(schema, root), ...notesOf(schema) } as FormNode;
}

type Shape = Omit<FormNode, keyof Notes> & object;

function notesOf(schema: Schema): Notes {
  const { title, description } = schema;
  const textOf = (given: unknown): string => (typeof given === "string" ? given : "");
  return { title: textOf(title), description: textOf(description), schema };
}

function shapeOf(schema: Schema, root: Schema): Shape {
  const { const: constant, enum: values, type } = schema;
  if (constant !== undefined) return { kind: "pick", values: [constant] } as Shape;
  if (Array.isArray(values) && values.length > 0) return { kind: "pick", values } as Shape;
  const branches = branchesOf(schema, root);
  if (branches !== undefined) {
    return branches.length === 0 ? { kind: "json" } : ({ kind: "choice", branches } as Shape);
  }
  switch (type ?? impliedType(schema)) {
    case "object":
      return objectOf(schema, root);
    case "array":
      return listOf(schema);
    case "string":
      return textOf(schema);
    case "number":
    case "integer":
      return {
        kind: "number",
        isInteger: type === "integer" || schema["multipleOf"] === 1,
        bounds: boundsOf(schema),
      } as Shape;
    case "boolean":
      return { kind: "boolean" };
    case "null":
      return { kind: "null" };
    default:
      return { kind: "json" };
  }
}

/** A schema may leave out what its other keywords say. */
function impliedType({ properties, prefixItems, items }: Schema): string {
  if (properties !== undefined) return "object";
  return prefixItems !== undefined || items !== undefined ? "array" : "";
}

function objectOf(schema: Schema, root: Schema): Shape {
  const { properties, required, additionalProperties, patternProperties, propertyNames } = schema;
  const needed = new Set<unknown>(Array.isArray(required) ? required : []);
  const known: [string, unknown][] = Object.entries(Object(properties));
  const rest = additionalProperties === false ? undefined : additionalProperties;
  const { enum: names } = Object(resolved(propertyNames, root));
  // A map over a list of names is an object.
  if (known.length === 0 && Array.isArray(names)) {
    known.push(...names.map((name): [string, unknown] => [String(name), rest ?? {}]));
    return propertiesOf(known, needed, undefined);
  }
  // A property that must be there without a schema of its own.
  for (const name of needed) {
    if (!known.some(([one]) => one === name)) known.push([String(name), rest ?? {}]);
  }
  const patterns = Object.values(Object(patternProperties));
  return propertiesOf(known, needed, patterns.length > 0 ? (rest ?? patterns[0]) : rest);
}

function propertiesOf(
  known: readonly [string, unknown][],
  needed: ReadonlySet<unknown>,
  rest: unknown,
): Shape {
  if (known.length > maxParts) return { kind: "json" };
  const properties = known.map(([name, schema]) => ({
    name,
    schema,
    isRequired: needed.has(name),
  }));
  return { kind: "object", properties, rest } as Shape;
}

function listOf({ prefixItems, items, minItems, maxItems }: Schema): Shape {
  const first: readonly unknown[] = Array.isArray(prefixItems) ? prefixItems : [];
  if (first.length > maxParts) return { kind: "json" };
  const isClosed = items === false || (items === undefined && first.length > 0);
  const max = isClosed ? first.length : Number.POSITIVE_INFINITY;
  return {
    kind: "list",
    first,
    items: isClosed ? undefined : (items ?? {}),
    min: numberOr(minItems, 0),
    max: Math.min(max, numberOr(maxItems, max)),
  } as Shape;
}

function textOf({ format, pattern, minLength, maxLength }: Schema): Shape {
  return {
    kind: "text",
    format: typeof format === "string" ? format : "",
    pattern: typeof pattern === "string" ? pattern : "",
    min: numberOr(minLength, 0),
    max: numberOr(maxLength, Number.POSITIVE_INFINITY),
  } as Shape;
}

function boundsOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): Bounds {
  const [low, over] = [numberOr(minimum, -Infinity), numberOr(exclusiveMinimum, -Infinity)];
  const [high, under] = [numberOr(maximum, Infinity), numberOr(exclusiveMaximum, Infinity)];
  return {
    min: Math.max(low, over),
    max: Math.min(high, under),
    isOver: over >= low && over !== -Infinity,
    isUnder: under <= high && under !== Infinity,
  };
}

function numberOr(given: unknown, other: number): number {
  return typeof given === "number" ? given : other;
}
