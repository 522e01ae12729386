import { isSame } from "./json.ts";
import { type FormNode, type NodeOf, nodeOf } from "./node.ts";
import type { Schema } from "./schema.ts";

/** Deeper than this, a value is taken for what its top says. */
const maxDepth = 4;
/** A pattern runs in the page: longer texts are left to the server. */
const maxMatched = 1_000;

/** Whether a value has the form of a schema, as far as it distinguishes branches of a union. */
export function fits(schema: unknown, value: unknown, root: Schema, depth: number = 0): boolean {
  const node = nodeOf(schema, root);
  if (problemOf(node, value) !== undefined) return false;
  const inner = (one: unknown, part: unknown): boolean =>
    depth >= maxDepth || fits(one, part, root, depth + 1);
  if (node.kind === "choice") return node.branches.some((branch) => inner(branch.schema, value));
  if (node.kind === "array") {
    return Object(value).every((item: unknown, index: number) => inner(partOf(node, index), item));
  }
  if (node.kind !== "object") return true;
  const parts = new Map(Object.entries(Object(value)));
  return (
    node.properties.every(({ name, schema: one, isRequired }) => {
      const isThere = parts.has(name);
      const isGood = isThere ? inner(one, parts.get(name)) : !isRequired;
      parts.delete(name);
      return isGood;
    }) &&
    (node.rest === undefined || [...parts.values()].every((part) => inner(node.rest, part)))
  );
}

/** The schema of an item. */
export function partOf({ first, items }: NodeOf<"array">, index: number): unknown {
  return first[index] ?? items ?? {};
}

/** The branch that a value is of: the first that it fits, else the first of its type, else the first. */
export function branchOf({ branches }: NodeOf<"choice">, value: unknown, root: Schema): number {
  const fitting = branches.findIndex(({ schema }) => fits(schema, value, root));
  if (fitting >= 0) return fitting;
  const kind = typeOf(value);
  return Math.max(
    0,
    branches.findIndex(({ schema }) => nodeOf(schema, root).kind === kind),
  );
}

/** The type of a value, as JSON Schema calls it. */
function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return value === null ? "null" : typeof value;
}

/** What is wrong with the top of a value, before the server says so. */
export function problemOf(node: FormNode, value: unknown): string | undefined {
  const { kind, schema } = node;
  if (kind === "choice" || kind === "json") return undefined;
  if (kind === "pick") {
    return node.values.some((one) => isSame(one, value)) ? undefined : "not one of the values";
  }
  if (typeOf(value) !== kind) return `must be of the type ${kind}`;
  if (kind === "array") return outside(Object(value).length, node.min, node.max, "item");
  if (kind === "string") return textProblem(schema, String(value));
  return kind === "number" ? numberProblem(schema, Number(value)) : undefined;
}

/** What a size is outside of. A bound that is not there bounds nothing. */
function outside(size: number, min: unknown, max: unknown, unit: string): string | undefined {
  const isLow = size < Number(min);
  if (!isLow && !(size > Number(max))) return undefined;
  const bound = isLow ? min : max;
  return `at ${isLow ? "least" : "most"} ${bound}${unit && ` ${unit}${bound === 1 ? "" : "s"}`}`;
}

function textProblem(schema: Schema, value: string): string | undefined {
  const { minLength, maxLength, pattern, format } = schema;
  // A character is a code point, as JSON Schema counts.
  const problem = outside([...value].length, minLength, maxLength, "character");
  if (problem !== undefined || typeof pattern !== "string" || value.length > maxMatched) {
    return problem;
  }
  try {
    if (new RegExp(pattern, "u").test(value)) return undefined;
    return format === undefined ? `must match ${pattern}` : `must be a valid ${format}`;
  } catch {
    // A pattern of another dialect.
    return undefined;
  }
}

function numberProblem(schema: Schema, value: number): string | undefined {
  const { type, minimum, maximum, exclusiveMinimum: over, exclusiveMaximum: under } = schema;
  if (type === "integer" && !Number.isInteger(value)) return "an integer";
  if (value <= Number(over)) return `more than ${over}`;
  if (value >= Number(under)) return `less than ${under}`;
  const step = Number(schema["multipleOf"]);
  const steps = value / step;
  const isBeside = Math.abs(steps - Math.round(steps)) > 1e-9 * Math.max(1, Math.abs(steps));
  return outside(value, minimum, maximum, "") ?? (isBeside ? `a multiple of ${step}` : undefined);
}
