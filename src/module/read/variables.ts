import { didYouMean } from "../../internal/nearest.ts";
import { show } from "../../internal/show.ts";
import { moduleInvalid } from "./module-error.ts";
import type { Entry, TreeNode } from "./tree.ts";

/** A variable in a text, by its name and its place. */
interface Variable {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * `${NAME}` on one line, replaced once and without an escape: the spelling that FLINK-26570 proposed. No Apache release up
 * to 3.3.0 has it, so a cluster gets such a text as it is written. One scan from the start to the end: a pattern would begin again at every `${`.
 */
function variablesIn(text: string): Variable[] {
  const found: Variable[] = [];
  const lineEnd = /[\n\r\u2028\u2029]/g;
  let close = -1;
  let line = -1;
  for (let start = text.indexOf("${"); start >= 0; ) {
    const from = start + 2;
    if (close < from) close = text.indexOf("}", from);
    if (close < 0) break;
    if (line < from) {
      lineEnd.lastIndex = from;
      line = lineEnd.exec(text)?.index ?? text.length;
    }
    const isWhole = close < line;
    if (isWhole) found.push({ name: text.slice(from, close), start, end: close + 1 });
    start = text.indexOf("${", isWhole ? close + 1 : line);
  }
  return found;
}

/** The first variable of a text as it stands there. */
export function firstVariable(text: string): string | undefined {
  const [first] = variablesIn(text);
  return first && text.slice(first.start, first.end);
}

/** Replaces `${NAME}` in all values, never in names. Throws `module_invalid` for one that is not in `variables`. */
export function replaceVariables(node: TreeNode, variables: ReadonlyMap<string, string>): TreeNode {
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
  let text = "";
  let last = 0;
  for (const { name, start, end } of variablesIn(node.source)) {
    const value = variables.get(name);
    text += node.source.slice(last, start);
    last = end;
    if (value !== undefined) {
      text += value;
      continue;
    }
    const near = didYouMean(name, variables.keys());
    throw moduleInvalid(
      node,
      `expected a value for the variable ${name}, got none in ${show(node.source)}${near}`,
    );
  }
  text += node.source.slice(last);
  return { ...node, value: text, source: text };
}
