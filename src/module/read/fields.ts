import { didYouMean } from "../../internal/nearest.ts";
import { expected, moduleInvalid, type Warn } from "./module-error.ts";
import { childPath, isNothing, type TreeNode } from "./tree.ts";

/** The properties of a map. Which there are is known from what is asked for. */
export interface Fields {
  /** Undefined when it is missing or null. */
  optional(name: string): TreeNode | undefined;
  required(name: string, what: string): TreeNode;
}

/** Reads a map by `read`, and warns of the properties that it did not ask for. */
export function readFields<T>(
  node: TreeNode,
  what: string,
  warn: Warn,
  read: (fields: Fields) => T,
): T {
  if (node.type !== "map") throw expected(node, what);
  const asked = new Set<string>();
  const optional = (name: string): TreeNode | undefined => {
    asked.add(name);
    const value = node.entries.get(name)?.value;
    return isNothing(value) ? undefined : value;
  };
  const result = read({
    optional,
    required(name, wanted) {
      const value = optional(name);
      if (value !== undefined) return value;
      const empty = node.entries.get(name)?.value;
      if (empty !== undefined) throw expected(empty, wanted);
      const others = [...node.entries.keys()].filter((other) => !asked.has(other));
      // What is written is the misspelt one.
      const hint = didYouMean(name, others).replace("did you mean", "is it");
      const at = { path: childPath(node.path, name), place: node.place };
      throw moduleInvalid(at, `expected ${wanted}, got nothing${hint}`);
    },
  });
  for (const [name, { place }] of node.entries) {
    if (asked.has(name)) continue;
    const path = childPath(node.path, name);
    warn({ path, place }, `unknown property${didYouMean(name, asked)}`);
  }
  return result;
}
