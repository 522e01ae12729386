import { show } from "../../internal/show.ts";

/** Where something stands in a text, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

interface Placed {
  /** From the top of its document: `spec.topics[0].targets[1]`; empty for the document itself. */
  readonly path: string;
  /** Undefined for what did not come from a text. */
  readonly place: Place | undefined;
}

export interface ScalarNode extends Placed {
  readonly type: "scalar";
  readonly value: string | number | bigint | boolean | null;
  /** As it was written, without quotes: `007` is the number 7 and the text "007". */
  readonly source: string;
}

export interface ListNode extends Placed {
  readonly type: "list";
  readonly items: readonly TreeNode[];
}

export interface MapNode extends Placed {
  readonly type: "map";
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  /** Of the name. */
  readonly place: Place | undefined;
  readonly value: TreeNode;
}

/** A value of a module file that knows where it stands. */
export type TreeNode = ScalarNode | ListNode | MapNode;

export function childPath(path: string, name: string): string {
  if (!/^[\w-]{1,80}$/.test(name)) return `${path}[${show(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}

export function isNothing(node: TreeNode | undefined): boolean {
  return node === undefined || (node.type === "scalar" && node.value === null);
}

/** The value without its places. */
export function plainOf(node: TreeNode): unknown {
  if (node.type === "scalar") return node.value;
  if (node.type === "list") return node.items.map(plainOf);
  // It defines properties instead of setting them, so `__proto__` is a name like any other.
  return Object.fromEntries([...node.entries].map(([name, { value }]) => [name, plainOf(value)]));
}
