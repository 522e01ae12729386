import type { TreeNode } from "./tree.ts";

/** One thing of a module file: what its kind is, and its settings. */
export interface Component {
  readonly kind: TreeNode;
  /** What finds the binder; of the older formats made of `meta`. */
  readonly name: string;
  /** With what `meta` says in the older formats. */
  readonly spec: TreeNode;
}
