import { peek } from "../../internal/show.ts";
import { type Budget, createBudget } from "./limits.ts";
import { moduleInvalid } from "./module-error.ts";
import { childPath, type Entry, type TreeNode } from "./tree.ts";

/** A value of a program as a document: a cycle ends at the limit of levels. */
export function nodeOfValue(value: unknown, path: string): TreeNode {
  return convert(value, path, 0, createBudget());
}

function convert(value: unknown, path: string, level: number, budget: Budget): TreeNode {
  const at = { path, place: undefined };
  budget.take(at, level);
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return { type: "scalar", value, source: String(value), ...at };
    case "undefined":
      return { type: "scalar", value: null, source: "", ...at };
    case "object":
      break;
    default:
      throw moduleInvalid(at, `expected plain data, got a ${typeof value}`);
  }
  if (value === null) return { type: "scalar", value, source: "", ...at };
  if (Array.isArray(value)) {
    const items = value.map((item, index) => convert(item, `${path}[${index}]`, level + 1, budget));
    return { type: "list", items, ...at };
  }
  const entries = new Map<string, Entry>();
  for (const name of Object.keys(value)) {
    const inner = convert(peek(value, name), childPath(path, name), level + 1, budget);
    entries.set(name, { place: undefined, value: inner });
  }
  return { type: "map", entries, ...at };
}
