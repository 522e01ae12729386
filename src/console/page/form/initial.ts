import { fits } from "./fits.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { type Bounds, type FormNode, nodeOf } from "./node.ts";
import type { Schema } from "./schema.ts";

const maxDepth = 8;
const maxItems = 20;

/** What a form begins with: defaults and examples of the schema, and the smallest value otherwise. */
export function initialOf(
  schema: unknown,
  root: Schema,
  nowMs: number,
  above: readonly unknown[] = [],
): Json {
  const node = nodeOf(schema, root);
  const { default: given, examples } = node.schema;
  if (given !== undefined) return given as Json;
  if (Array.isArray(examples) && examples.length > 0) return examples[0];
  // What contains itself ends where it can.
  const path = [...above, node.schema];
  if (path.length > maxDepth) return null;
  const inner = (one: unknown): Json => initialOf(one, root, nowMs, path);
  switch (node.kind) {
    case "object": {
      const needed = node.properties.filter(({ isRequired }) => isRequired);
      return Object.fromEntries(needed.map(({ name, schema: one }) => [name, inner(one)]));
    }
    case "list": {
      const length = Math.min(maxItems, Math.max(node.min, 0));
      return Array.from({ length }, (_, index) => inner(node.first[index] ?? node.items ?? {}));
    }
    case "choice": {
      const open = node.branches.find((branch) => !contains(path, branch.schema, root));
      const [first] = node.branches;
      return inner(open?.schema ?? first?.schema);
    }
    case "pick":
      return node.values[0] ?? null;
    case "text":
      return textOf(node.format, nowMs);
    case "number":
      return numberIn(node.bounds, node.isInteger);
    case "boolean":
      return false;
    default:
      return null;
  }
}

/** What a branch begins with that was chosen instead of another: what fits of the old value is kept. */
export function carried(schema: unknown, old: Json, root: Schema, nowMs: number): Json {
  const node = nodeOf(schema, root);
  const start = initialOf(schema, root, nowMs);
  if (node.kind !== "object" || !isObject(start) || !isObject(old)) return start;
  const all = new Map(Object.entries(start as JsonObject));
  for (const { name, schema: one } of node.properties) {
    if (Object.hasOwn(old, name) && fits(one, old[name], root)) all.set(name, old[name] as Json);
  }
  return Object.fromEntries(all);
}

function contains(path: readonly unknown[], schema: unknown, root: Schema): boolean {
  const { properties } = nodeOf(schema, root).schema;
  return (
    properties !== undefined && path.some((one) => (one as Schema)["properties"] === properties)
  );
}

function textOf(format: FormNode["title"], nowMs: number): string {
  const now = new Date(nowMs).toISOString();
  if (format === "date-time") return now;
  if (format === "date") return now.slice(0, 10);
  return format === "time" ? now.slice(11, 19) : "";
}

function numberIn({ min, max, isOver, isUnder }: Bounds, isInteger: boolean): number {
  const step = isInteger ? 1 : Math.min(1, max - min > 0 ? (max - min) / 2 : 1);
  const low = isOver ? min + step : isInteger ? Math.ceil(min) : min;
  const high = isUnder ? max - step : isInteger ? Math.floor(max) : max;
  return Math.min(Math.max(0, low), Math.max(low, high));
}
