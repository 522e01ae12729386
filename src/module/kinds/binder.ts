import type { ModuleParts } from "../../sdk/modules/define-module.ts";
import type { Warn } from "../read/module-error.ts";
import { nodeOfValue } from "../read/read-object.ts";
import type { TreeNode } from "../read/tree.ts";

/** The place of a component in its module file. */
export interface BinderPlace {
  /** `spec`, or in an older format `module.spec.ingresses[0].ingress.spec`. */
  readonly path: string;
  /** 0 if the module was given as an object. */
  readonly line: number;
  readonly column: number;
  /** @internal */
  readonly "~node"?: TreeNode;
  /** @internal */
  readonly "~warn"?: Warn;
}

/**
 * Makes the parts of a module from the `spec` of one `kind`. `spec` is plain data, with its variables replaced;
 * for an ingress or an egress in an older format it also has the `id`, which stands in `meta` there. An error that
 * it throws becomes `module_invalid` with the place.
 */
export type Binder = (spec: unknown, at: BinderPlace) => ModuleParts | Promise<ModuleParts>;

/** A binder whose errors and warnings know the place of each property. */
export function placedBinder(read: (spec: TreeNode, warn: Warn) => ModuleParts): Binder {
  return (spec, at) =>
    read(at["~node"] ?? nodeOfValue(spec, at.path), at["~warn"] ?? (() => undefined));
}
