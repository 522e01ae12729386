import { isOwnNamespace, isWellFormed } from "../../internal/assert.ts";
import { didYouMean } from "../../internal/nearest.ts";
import { expected, repeated, type Warn } from "./module-error.ts";
import { isNothing, type TreeNode } from "./tree.ts";

/** A text that is not empty. Numbers are taken as they were written: `consumerGroupId: 007`. */
export function textOf(node: TreeNode, what: string): string {
  if (node.type !== "scalar" || isNothing(node) || !isWellFormed(node.source)) {
    throw expected(node, what);
  }
  if (node.source === "") throw expected(node, what);
  return node.source;
}

export function integerOf(node: TreeNode, what: string, from: number, to: number): number {
  const text = node.type === "scalar" ? node.source.trim() : "";
  const number = /^[-+]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= from && number <= to)) throw expected(node, what);
  return number;
}

/** `namespace/name`, with exactly one slash: a runtime crashes on a second. The namespace statefun is the engine's. */
export function typenameOf(node: TreeNode): `${string}/${string}` {
  const text = node.type === "scalar" ? node.source : "";
  if (!isTypename(text))
    throw expected(node, 'a name like "namespace/name" with exactly one slash');
  if (isOwnNamespace(text)) {
    throw expected(node, "a name outside the namespace statefun, which is reserved for the engine");
  }
  return text;
}

function isTypename(text: string): text is `${string}/${string}` {
  return /^[^/]+\/[^/]+$/.test(text) && isWellFormed(text);
}

/** At least one item. */
export function listOf<T>(node: TreeNode, what: string, read: (item: TreeNode) => T): T[] {
  if (node.type !== "list" || node.items.length === 0) throw expected(node, what);
  return node.items.map(read);
}

/** One of some words, in any case, as Flink's own are read. */
export function choiceOf<const C extends string>(node: TreeNode, choices: readonly C[]): C {
  const text = node.type === "scalar" ? node.source.toLowerCase() : "";
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  const hint = text === "" ? "" : didYouMean(text, choices);
  throw expected(
    node,
    choices.length === 1 ? `${choices[0]}` : `one of ${choices.join(", ")}`,
    hint,
  );
}

/** The settings of a client: a list of maps of one name each, as a runtime reads them, or one map. */
export function propertiesOf(node: TreeNode | undefined, warn: Warn): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  if (node === undefined) return properties;
  const what = "a list of properties like - name: value";
  const maps = node.type === "list" ? node.items : [node];
  for (const map of maps) {
    if (map.type !== "map") throw expected(map, node.type === "list" ? "name: value" : what);
    for (const [name, { place, value }] of map.entries) {
      if (value.type !== "scalar") throw expected(value, "a text, a number or true or false");
      if (properties.has(name)) {
        warn(
          { path: value.path, place },
          `property ${name} is given twice, and the last one is used`,
        );
      }
      properties.set(name, value.source);
    }
  }
  return properties;
}

/** Refuses what is there twice. */
export function assertOnce<T>(items: readonly T[], nodeOf: (item: T) => TreeNode): void {
  const seen = new Map<string, TreeNode>();
  for (const node of items.map(nodeOf)) {
    const name = node.type === "scalar" ? node.source : "";
    const other = seen.get(name);
    if (other !== undefined) throw repeated(node, name, other);
    seen.set(name, node);
  }
}
