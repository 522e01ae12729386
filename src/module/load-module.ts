import {
  assertFunction,
  assertKnownKeys,
  assertNonEmpty,
  assertText,
  invalid,
  isRecord,
} from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import { didYouMean } from "../internal/nearest.ts";
import { reasonOf, show } from "../internal/show.ts";
import type { AnyModule, Module } from "../sdk/functions/function-table.ts";
import { defineModule, type ModuleParts } from "../sdk/modules/define-module.ts";
import type { Binder } from "./kinds/binder.ts";
import { builtinBinders } from "./kinds/builtin-binders.ts";
import type { Component } from "./read/component.ts";
import { componentsOf } from "./read/components.ts";
import { assertDistinct } from "./read/distinct.ts";
import { expected, finding, moduleInvalid, type Spot, type Warn } from "./read/module-error.ts";
import { nodeOfValue } from "./read/read-object.ts";
import { readYaml } from "./read/read-yaml.ts";
import { isNothing, plainOf, type TreeNode } from "./read/tree.ts";
import { replaceVariables } from "./read/variables.ts";

/** How a module file is read. */
export interface LoadModuleOptions {
  /** Binders by kind, or by the type in `meta` of the older formats. They take precedence over the built-in ones. */
  readonly binders?: Readonly<Record<string, Binder>>;
  /** The values of `${NAME}`. Nothing comes from the environment by itself: pass `process.env` or a part of it. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Gets each problem that is not an error, as a line with its place. @default console.warn */
  readonly onWarning?: (warning: string) => void;
  /** Name of the module, for error texts. @default "module.yaml" */
  readonly name?: string;
}

interface Resolved {
  readonly binders: ReadonlyMap<string, Binder>;
  readonly variables: ReadonlyMap<string, string>;
  readonly warn: Warn;
  readonly name: string;
}

/**
 * Reads a module file of any StateFun release: the text of a YAML file, or the same as an object (several
 * documents as a list). Rejects with `module_invalid`, whose message has path, line and column.
 *
 * @example
 * ```ts
 * import { loadModule } from "statefun/module";
 *
 * const text = `
 * kind: io.statefun.endpoints.v2/http
 * spec:
 *   functions: python/*
 *   urlPathTemplate: \${SCORER}/statefun
 * `;
 *
 * // For `createRuntime({ modules: [functions, module], store })`.
 * export const module = await loadModule(text, { variables: { SCORER: "http://scorer:8000" } });
 * ```
 */
export async function loadModule(
  source: string | object,
  options: LoadModuleOptions = {},
): Promise<Module> {
  const resolved = resolveOptions(options);
  const documents = documentsOf(source, resolved.warn)
    .filter((document) => !isNothing(document))
    .map((document) => replaceVariables(document, resolved.variables));
  if (documents.length === 0) {
    const place = typeof source === "string" ? { line: 1, column: 1 } : undefined;
    throw moduleInvalid({ path: "", place }, "expected a module, got an empty file");
  }
  const all = documents.flatMap((document) => componentsOf(document, resolved.warn));
  const functions: AnyModule[] = [];
  const endpoints: NonNullable<ModuleParts["endpoints"]>[number][] = [];
  const ingresses: NonNullable<ModuleParts["ingresses"]>[number][] = [];
  const egresses: NonNullable<ModuleParts["egresses"]>[number][] = [];
  const seen = new Map<string, Spot>();
  for (const component of all) {
    const parts = await bind(component, resolved, seen);
    functions.push(...(parts.functions ?? []));
    endpoints.push(...(parts.endpoints ?? []));
    ingresses.push(...(parts.ingresses ?? []));
    egresses.push(...(parts.egresses ?? []));
  }
  const { name } = resolved;
  // What its functions want of `env` is known to their binder alone.
  return defineModule({ name, functions, endpoints, ingresses, egresses }) as Module;
}

function documentsOf(source: unknown, warn: Warn): readonly TreeNode[] {
  if (typeof source === "string") {
    const isPath = /^\S+\.ya?ml$/i.test(source.trim());
    if (!isPath) return readYaml(source, warn);
    throw moduleInvalid(
      { path: "", place: { line: 1, column: 1 } },
      `expected the text of a module, got what looks like its path, ${show(source.trim())}`,
    );
  }
  if (!isRecord(source)) throw invalid(`a module must be a text or an object, got ${show(source)}`);
  const node = nodeOfValue(source, "");
  return node.type === "list" ? node.items : [node];
}

async function bind(
  component: Component,
  { binders, warn }: Resolved,
  seen: Map<string, Spot>,
): Promise<ModuleParts> {
  const { kind, name, spec } = component;
  const binder = binders.get(name);
  if (binder === undefined) {
    throw expected(kind, "a kind that is known or has a binder", didYouMean(name, binders.keys()));
  }
  const { line = 0, column = 0 } = spec.place ?? {};
  const at = { path: spec.path, line, column, "~node": spec, "~warn": warn };
  try {
    const parts: unknown = await binder(plainOf(spec), at);
    assertParts(parts);
    assertDistinct(seen, component, parts);
    return parts;
  } catch (error) {
    if (error instanceof StateFunError && error.code === "module_invalid") throw error;
    throw moduleInvalid(spec, `the binder of ${name} refused it: ${reasonOf(error)}`, error);
  }
}

/** That they are lists of known names is checked by defineModule. */
function assertParts(parts: unknown): asserts parts is ModuleParts {
  if (!isRecord(parts))
    throw invalid(`expected an object of ingresses and egresses, got ${show(parts)}`);
  const lists = [parts["ingresses"], parts["egresses"]].filter(Array.isArray);
  for (const one of lists.flat() as unknown[]) {
    if (isRecord(one) && typeof one["typename"] === "string") continue;
    throw invalid(`expected an ingress or an egress, got ${show(one)}`);
  }
}

function resolveOptions(options: LoadModuleOptions): Resolved {
  const known = ["binders", "variables", "onWarning", "name"];
  assertKnownKeys(options, known, "the options of loadModule");
  const { binders = {}, variables = {}, name = "module.yaml" } = options;
  const { onWarning = (warning: string) => console.warn(warning) } = options;
  if (!isRecord(binders))
    throw invalid(`binders must be a table of functions, got ${show(binders)}`);
  for (const [kind, binder] of Object.entries(binders)) {
    assertFunction(binder, `the binder of ${kind}`);
  }
  if (!isRecord(variables)) throw invalid(`variables must be a table, got ${show(variables)}`);
  const given = new Map<string, string>();
  for (const [variable, value] of Object.entries(variables)) {
    if (value === undefined) continue;
    assertText(value, `the variable ${variable}`);
    given.set(variable, value);
  }
  assertFunction(onWarning, "onWarning");
  assertNonEmpty(name, "the name of a module");
  return {
    binders: new Map([...builtinBinders(), ...Object.entries(binders)]),
    variables: given,
    warn: (spot, text) => onWarning(finding(spot, text)),
    name,
  };
}
