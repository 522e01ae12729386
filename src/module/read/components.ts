import { didYouMean } from "../../internal/nearest.ts";
import type { Component } from "./component.ts";
import { readFields } from "./fields.ts";
import { legacyComponents } from "./legacy-components.ts";
import { expected, type Warn } from "./module-error.ts";
import type { MapNode, TreeNode } from "./tree.ts";
import { textOf } from "./values.ts";

const lists = ["functions", "endpoints", "ingresses", "routers", "egresses"];

/** Takes a document apart, whichever of the formats it has. */
export function componentsOf(document: TreeNode, warn: Warn): Component[] {
  const what = "a document with kind and spec, or with version and module";
  if (document.type !== "map") throw expected(document, what);
  const has = (name: string) => document.entries.has(name);
  if (isKubernetes(document)) {
    const text =
      "a manifest of Kubernetes: give the text of its module file (of a ConfigMap, a value under data)";
    throw expected(document, what, ` with apiVersion, which is ${text}`);
  }
  if (has("kind")) return [kindComponent(document, warn)];
  if (has("version") || has("module") || lists.some(has)) return legacyComponents(document, warn);
  for (const name of document.entries.keys()) {
    const hint = didYouMean(name, ["kind", "version", "module", ...lists]);
    if (hint !== "") throw expected(document, what, ` with ${name}${hint}`);
  }
  throw expected(document, what);
}

/** Its `kind` is not one of ours, and no module file has `apiVersion`. */
function isKubernetes({ entries }: MapNode): boolean {
  const kind = entries.get("kind")?.value;
  return entries.has("apiVersion") && kind?.type === "scalar" && !kind.source.includes("/");
}

function kindComponent(document: MapNode, warn: Warn): Component {
  return readFields(document, "", warn, (fields) => {
    const kind = fields.required("kind", "the name of a kind");
    const name = textOf(kind, "the name of a kind");
    return { kind, name, spec: fields.required("spec", `the settings of ${name}`) };
  });
}
