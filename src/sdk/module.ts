import { invalid, isRecord, show } from "../internal/assert.ts";
import type { BoundFunction, FunctionTable } from "./bound-function.ts";

/** A part of an application, by its name. `StatefulFunctions` is one. */
export interface Module<Env = unknown> {
  readonly "~module": string;
  readonly "~env"?: (env: Env) => void;
}

export type AnyModule = Module<never>;

/** What all the modules together want of `env`: the intersection. */
export type EnvOf<M> = M extends AnyModule
  ? EnvOf<readonly [M]>
  : M extends readonly AnyModule[]
    ? M[number] extends { readonly "~env"?: (env: infer E) => void }
      ? E
      : never
    : never;

interface Part {
  readonly name: string;
  readonly functions: ReadonlyMap<string, BoundFunction>;
}

/**
 * The functions of all modules, those too that are bound after this call: the table is made again when
 * one was added. Throws `invalid_argument` when two modules bind one name.
 */
export function functionTable(modules: unknown): () => FunctionTable {
  const list: readonly unknown[] = Array.isArray(modules) ? modules : [modules];
  const parts = list.map(partOf);
  let table = merge(parts);
  return () => {
    const size = parts.reduce((sum, { functions }) => sum + functions.size, 0);
    if (size !== table.size) table = merge(parts);
    return table;
  };
}

function merge(parts: readonly Part[]): FunctionTable {
  const table = new Map<string, BoundFunction>();
  const owners = new Map<string, string>();
  for (const { name, functions } of parts) {
    for (const [typename, bound] of functions) {
      const owner = owners.get(typename);
      if (owner !== undefined) {
        throw invalid(`${typename} is bound by module ${show(owner)} and by ${show(name)}`);
      }
      owners.set(typename, name);
      table.set(typename, bound);
    }
  }
  return table;
}

function partOf(module: unknown): Part {
  const functions = isRecord(module) ? module["~functions"] : undefined;
  if (isRecord(module) && functions instanceof Map) {
    return { name: String(module["~module"]), functions };
  }
  throw invalid(`expected StatefulFunctions or a list of them, got ${show(module)}`);
}
