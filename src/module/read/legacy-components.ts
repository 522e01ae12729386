import type { Component } from "./component.ts";
import { type Fields, readFields } from "./fields.ts";
import { legacyKinds } from "./legacy-kinds.ts";
import { expected, moduleInvalid, type Warn } from "./module-error.ts";
import { isNothing, type MapNode, type TreeNode } from "./tree.ts";
import { choiceOf, textOf } from "./values.ts";

/** The documents of 2.x and 3.0, and one that is the lists alone, as the first README of the Python SDK shows it. */
export function legacyComponents(document: MapNode, warn: Warn): Component[] {
  if (!document.entries.has("version") && !document.entries.has("module")) {
    return readFields(document, "", warn, (fields) => listedComponents(fields, "2.0", warn));
  }
  return readFields(document, "", warn, (fields) => {
    const what = 'the version of the format, "1.0", "2.0" or "3.0"';
    // Unquoted, it is a number.
    const version = choiceOf(fields.required("version", what), ["1.0", "2.0", "3.0"]);
    const module = fields.required("module", "a map with meta and spec");
    return readFields(module, "a map with meta and spec", warn, (inner) => {
      const meta = inner.optional("meta");
      if (meta !== undefined) readMeta(meta, warn);
      return readFields(inner.required("spec", "lists"), "a map of lists", warn, (spec) =>
        listedComponents(spec, version, warn),
      );
    });
  });
}

function readMeta(meta: TreeNode, warn: Warn): void {
  readFields(meta, "a map with type", warn, (fields) => {
    const type = fields.optional("type");
    if (type !== undefined) choiceOf(type, ["remote"]);
  });
}

function listedComponents(fields: Fields, version: "1.0" | "2.0" | "3.0", warn: Warn): Component[] {
  const [calls, call, others] =
    version === "3.0"
      ? (["endpoints", "endpoint", "functions"] as const)
      : (["functions", "function", "endpoints"] as const);
  const other = fields.optional(others);
  if (other !== undefined) {
    throw moduleInvalid(
      other,
      `expected ${calls} in a module of version ${version}, got ${others}`,
    );
  }
  return [
    ...items(fields.optional(calls)).map((item) => callComponent(item, call, warn)),
    ...items(fields.optional("ingresses")).map((item) => ioComponent(item, "ingress", warn)),
    ...items(fields.optional("routers")).map((item) => ioComponent(item, "router", warn)),
    ...items(fields.optional("egresses")).map((item) => ioComponent(item, "egress", warn)),
  ];
}

function items(node: TreeNode | undefined): readonly TreeNode[] {
  if (node === undefined) return [];
  if (node.type !== "list") throw expected(node, "a list");
  return node.items;
}

/** A function of 2.x or an endpoint of 3.0. */
function callComponent(item: TreeNode, name: "function" | "endpoint", warn: Warn): Component {
  return readEntry(item, name, warn, (meta, spec) => {
    const kind = meta.required("kind", "http");
    if (choiceOf(kind, ["http", "grpc"]) === "grpc") {
      throw expected(kind, "http, since no release has grpc");
    }
    const component = { kind, name: legacyKinds[name], spec };
    if (name === "endpoint") return component;
    return { ...component, spec: withEntry(spec, "type", meta.required("type", "a name")) };
  });
}

function ioComponent(item: TreeNode, name: "ingress" | "router" | "egress", warn: Warn): Component {
  return readEntry(item, name, warn, (meta, spec) => {
    const kind = meta.required("type", `the type of the ${name}`);
    const id = name === "router" ? undefined : meta.required("id", 'a name like "namespace/name"');
    return {
      kind,
      name: textOf(kind, `the type of the ${name}`),
      spec: id === undefined ? spec : withEntry(spec, "id", id),
    };
  });
}

/** `- function: { meta, spec }`; or a null `function` beside `meta` and `spec`, which is easily written and meant the same. */
function readEntry(
  item: TreeNode,
  name: string,
  warn: Warn,
  read: (meta: Fields, spec: TreeNode) => Component,
): Component {
  const what = "a map with meta and spec";
  const isFlat =
    item.type === "map" &&
    isNothing(item.entries.get(name)?.value) &&
    (item.entries.has("meta") || item.entries.has("spec"));
  const readInner = (fields: Fields) => {
    const spec = fields.required("spec", "a map of settings");
    return readFields(fields.required("meta", "a map"), "a map", warn, (meta) => read(meta, spec));
  };
  return readFields(item, `a map with ${name}`, warn, (fields) => {
    if (isFlat) {
      fields.optional(name);
      return readInner(fields);
    }
    return readFields(fields.required(name, what), what, warn, readInner);
  });
}

/** The settings with one more, which keeps its own place. */
function withEntry(spec: TreeNode, name: string, value: TreeNode): TreeNode {
  if (spec.type !== "map") return spec;
  const entries = new Map(spec.entries).set(name, { place: value.place, value });
  return { ...spec, entries };
}
