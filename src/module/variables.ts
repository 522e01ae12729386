import { didYouMean } from "../internal/nearest.ts";
import { show } from "../internal/show.ts";
import { moduleInvalid } from "./module-error.ts";
import type { Entry, Node } from "./node.ts";

/** What a StateFun runtime (3.3 on) takes for a variable; it replaces them once, and knows no escape. */
export const variablePattern: RegExp = /\$\{(.*?)\}/g;

/** Replaces `${NAME}` in all values, never in names. Throws `module_invalid` for one that is not in `variables`. */
export function replaceVariables(node: Node, variables: ReadonlyMap<string, string>): Node {
  if (node.type === "list") {
    return { ...node, items: node.items.map((item) => replaceVariables(item, variables)) };
  }
  if (node.type === "map") {
    const entries = new Map<string, Entry>();
    for (const [name, { place, value }] of node.entries) {
      entries.set(name, { place, value: replaceVariables(value, variables) });
    }
    return { ...node, entries };
  }
  if (!node.source.includes("${")) return node;
  const text = node.source.replace(variablePattern, (_, name: string) => {
    const value = variables.get(name);
    if (value !== undefined) return value;
    const near = didYouMean(name, variables.keys());
    throw moduleInvalid(
      node,
      `expected a value for the variable ${name}, got none in ${show(node.source)}${near}`,
    );
  });
  return { ...node, value: text, source: text };
}
