import { fits, partOf, problemOf } from "./fits.ts";
import { isObject, type Json } from "./json.ts";
import { type NodeOf, nodeOf } from "./node.ts";
import type { Schema } from "./schema.ts";

const maxDepth = 8;
const maxItems = 20;

/** What a form begins with: defaults and examples of the schema, and the smallest value otherwise. */
export function initialOf(
  schema: unknown,
  root: Schema,
  nowMs: number,
  above: readonly Schema[] = [],
): Json {
  const node = nodeOf(schema, root);
  const { examples, default: given = Object(examples)[0] } = node.schema;
  if (given !== undefined) return given as Json;
  // What contains itself ends where it can.
  const path = [...above, node.schema];
  if (path.length > maxDepth) return null;
  const inner = (one: unknown): Json => initialOf(one, root, nowMs, path);
  switch (node.kind) {
    case "object": {
      const needed = node.properties.filter(({ isRequired }) => isRequired);
      return Object.fromEntries(needed.map(({ name, schema: one }) => [name, inner(one)]));
    }
    case "array": {
      const length = Math.min(maxItems, node.min);
      return Array.from({ length }, (_, index) => inner(partOf(node, index)));
    }
    case "choice": {
      const { branches } = node;
      const open = branches.find((branch) => !contains(path, branch.schema, root));
      return inner((open ?? branches[0])?.schema);
    }
    case "pick":
      return node.values[0] ?? null;
    case "string":
      return textOf(node.schema["format"], nowMs);
    case "number":
      return numberOf(node);
    default:
      return node.kind === "boolean" ? false : null;
  }
}

/** What a branch begins with that was chosen instead of another: what fits of the old value is kept. */
export function carried(schema: unknown, old: Json, root: Schema, nowMs: number): Json {
  const node = nodeOf(schema, root);
  const start = initialOf(schema, root, nowMs);
  if (node.kind !== "object" || !isObject(start) || !isObject(old)) return start;
  const kept = node.properties.filter(
    ({ name, schema: one }) => Object.hasOwn(old, name) && fits(one, old[name], root),
  );
  return Object.fromEntries([
    ...Object.entries(start),
    ...kept.map(({ name }) => [name, old[name]] as const),
  ]) as Json;
}

function contains(path: readonly Schema[], schema: unknown, root: Schema): boolean {
  const { properties } = nodeOf(schema, root).schema;
  return properties !== undefined && path.some((one) => one["properties"] === properties);
}

function textOf(format: unknown, nowMs: number): string {
  const now = new Date(nowMs).toISOString();
  if (format === "date-time") return now;
  if (format === "date") return now.slice(0, 10);
  return format === "time" ? now.slice(11, 19) : "";
}

/** 0 if it may be, else what is at a bound, next to it, or between two. */
function numberOf(node: NodeOf<"number">): number {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = node.schema;
  const bounds = [minimum, exclusiveMinimum, maximum, exclusiveMaximum]
    .filter((one) => one !== undefined)
    .map(Number);
  const near = bounds
    .flatMap((one) => [one, Math.floor(one) + 1, Math.ceil(one) - 1])
    .sort((one, other) => Math.abs(one) - Math.abs(other));
  const middle = (Math.min(...bounds) + Math.max(...bounds)) / 2;
  return [0, ...near, middle].find((one) => problemOf(node, one) === undefined) ?? 0;
}
