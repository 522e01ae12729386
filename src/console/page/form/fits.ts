import { isObject, isSame } from "./json.ts";
import { type FormNode, nodeOf } from "./node.ts";
import type { Schema } from "./schema.ts";

/** Deeper than this, a value is taken for what its top says. */
const maxDepth = 4;
/** A pattern runs in the page: longer texts are left to the server. */
const maxMatched = 1_000;

/** Whether a value has the form of a schema, as far as it tells branches of a union apart. */
export function fits(schema: unknown, value: unknown, root: Schema, depth: number = 0): boolean {
  const node = nodeOf(schema, root);
  const inner = (one: unknown, part: unknown): boolean =>
    depth >= maxDepth || fits(one, part, root, depth + 1);
  switch (node.kind) {
    case "object":
      return isObject(value) && objectFits(node, value, inner);
    case "list":
      return Array.isArray(value) && value.every((item, index) => inner(partOf(node, index), item));
    case "choice":
      return node.branches.some((branch) => inner(branch.schema, value));
    case "json":
      return true;
    default:
      return problemOf(node, value) === undefined;
  }
}

function objectFits(
  { properties, rest }: FormNode & { readonly kind: "object" },
  value: Readonly<Record<string, unknown>>,
  inner: (schema: unknown, part: unknown) => boolean,
): boolean {
  const known = new Set(properties.map(({ name }) => name));
  const others = Object.keys(value).filter((name) => !known.has(name));
  return (
    properties.every(({ name, schema, isRequired }) =>
      Object.hasOwn(value, name) ? inner(schema, value[name]) : !isRequired,
    ) && others.every((name) => rest === undefined || inner(rest, value[name]))
  );
}

/** The schema of an item. */
export function partOf(node: FormNode & { readonly kind: "list" }, index: number): unknown {
  return node.first[index] ?? node.items ?? {};
}

/** The branch that a value is of: the first that it fits, else the first of its type, else the first. */
export function branchOf(
  { branches }: FormNode & { readonly kind: "choice" },
  value: unknown,
  root: Schema,
): number {
  const fitting = branches.findIndex(({ schema }) => fits(schema, value, root));
  if (fitting >= 0) return fitting;
  const similar = branches.findIndex(({ schema }) => isOfKind(nodeOf(schema, root), value));
  return Math.max(0, similar);
}

function isOfKind({ kind }: FormNode, value: unknown): boolean {
  if (isObject(value)) return kind === "object";
  if (Array.isArray(value)) return kind === "list";
  const kinds = { string: "text", number: "number", boolean: "boolean" } as const;
  return value === null ? kind === "null" : Object(kinds)[typeof value] === kind;
}

/** What is wrong with a scalar, before the server says so. Of anything else: undefined. */
export function problemOf(node: FormNode, value: unknown): string | undefined {
  switch (node.kind) {
    case "pick":
      return node.values.some((one) => isSame(one, value)) ? undefined : "not one of the values";
    case "text":
      return textProblem(node, value);
    case "number":
      return numberProblem(node, value);
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false";
    case "null":
      return value === null ? undefined : "null";
    default:
      return undefined;
  }
}

function textProblem(
  { min, max, pattern, format }: FormNode & { readonly kind: "text" },
  value: unknown,
): string | undefined {
  if (typeof value !== "string") return "a text";
  // A character is a code point, as JSON Schema counts.
  const length = [...value].length;
  if (length < min) return `at least ${min} ${min === 1 ? "character" : "characters"}`;
  if (length > max) return `at most ${max} ${max === 1 ? "character" : "characters"}`;
  if (pattern === "" || value.length > maxMatched) return undefined;
  try {
    if (new RegExp(pattern, "u").test(value)) return undefined;
    return format === "" ? `must match ${pattern}` : `must be a valid ${format}`;
  } catch {
    // A pattern of another dialect.
    return undefined;
  }
}

function numberProblem(
  { isInteger, bounds, schema }: FormNode & { readonly kind: "number" },
  value: unknown,
): string | undefined {
  if (typeof value !== "number") return isInteger ? "an integer" : "a number";
  if (isInteger && !Number.isInteger(value)) return "an integer";
  const { min, max, isOver, isUnder } = bounds;
  if (isOver ? value <= min : value < min) return `${isOver ? "more than" : "at least"} ${min}`;
  if (isUnder ? value >= max : value > max) return `${isUnder ? "less than" : "at most"} ${max}`;
  const step = schema["multipleOf"];
  if (typeof step !== "number" || step <= 0) return undefined;
  const steps = value / step;
  const isStep = Math.abs(steps - Math.round(steps)) < 1e-9 * Math.max(1, Math.abs(steps));
  return isStep ? undefined : `a multiple of ${step}`;
}
